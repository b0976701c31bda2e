import { TraceFlags, type Context, type Link, type SpanKind, type Attributes } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace';
import type { TraceSettings } from '../trace-settings.js';

/** What belongs together is kept together: a part with its operation, and a trace with the one of ours that it is linked to. */
export function samplerOf({ ratio, followsCaller }: TraceSettings['sampler']): Sampler {
  const share = new TraceIdRatioBasedSampler(ratio);
  const root = new LinkSampler(share);
  return new ParentBasedSampler({
    root,
    ...(followsCaller ? {} : { remoteParentSampled: share, remoteParentNotSampled: share }),
  });
}

class LinkSampler implements Sampler {
  constructor(private readonly others: Sampler) {}

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const ours = links.find((link) => link.context.isRemote !== true);
    if (!ours) return this.others.shouldSample(context, traceId, name, kind, attributes, links);
    const isKept = (ours.context.traceFlags & TraceFlags.SAMPLED) !== 0;
    return { decision: isKept ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }
}
