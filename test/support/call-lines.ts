import type { RunningGateway } from './start-gateway.js';

const said = ['call placed', 'call answered from its record'] as const;

/** A line of the log that tells of a call, with the request that it belongs to. */
export interface CallLine {
  readonly msg: (typeof said)[number];
  readonly requestId: string;
  readonly contactId: string;
  readonly instanceId: string;
  readonly isReplay: boolean;
  readonly trafficType: string;
  readonly tenant: string;
  readonly subject: string;
}

/** What the log says of calls, by one gateway or several, in the order in which each said it. */
export function callLines(...gateways: readonly Pick<RunningGateway, 'logged'>[]): readonly CallLine[] {
  return gateways
    .flatMap((gateway) => gateway.logged().trim().split('\n'))
    .map((line) => JSON.parse(line) as CallLine)
    .filter(({ msg }) => said.includes(msg));
}

/** How often each of the two was said. */
export function saidOfCalls(lines: readonly CallLine[]): { readonly placed: number; readonly answered: number } {
  const placed = lines.filter(({ msg }) => msg === 'call placed').length;
  return { placed, answered: lines.length - placed };
}
