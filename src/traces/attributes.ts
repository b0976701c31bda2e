import type { Attributes } from '@opentelemetry/api';
import { GatewayError, type ErrorCode } from '../errors.js';
import type { SpanFacts, TracedOperation } from '../tracer.js';

/** Where OpenTelemetry has a name for it, that one; otherwise one of ours. docs/traces.md lists them and is held to them by a test. */
export const attributeNames = {
  type: 'graphql.operation.type',
  rootFields: 'outdial.root_fields',
  code: 'outdial.code',
  error: 'error.type',
  connectOperation: 'rpc.method',
  rpcService: 'rpc.service',
  rpcSystem: 'rpc.system',
  status: 'http.response.status_code',
  awsRequestId: 'aws.request_id',
  claim: 'outdial.claim',
  turnRefused: 'outdial.turn_refused',
  event: 'outdial.event',
} as const;

/** As AWS writes them; whatever else stands in its place is not passed on. */
const awsRequestIdForm = /^[\w-]{1,64}$/;

export function attributesOf({ connectOperation, status, awsRequestId, ...words }: SpanFacts): Attributes {
  const attributes: Attributes = {};
  if (connectOperation !== undefined) {
    attributes[attributeNames.rpcSystem] = 'aws-api';
    attributes[attributeNames.rpcService] = 'Connect';
    attributes[attributeNames.connectOperation] = connectOperation;
  }
  if (status !== undefined) attributes[attributeNames.status] = status;
  if (awsRequestId !== undefined && awsRequestIdForm.test(awsRequestId)) {
    attributes[attributeNames.awsRequestId] = awsRequestId;
  }
  for (const name of ['claim', 'turnRefused', 'event'] as const) {
    if (words[name] !== undefined) attributes[attributeNames[name]] = words[name];
  }
  return attributes;
}

/** One of the few names that there are: the fields are of the schema, and the name that the client gave its operation is none of them. */
export function nameOf({ type, rootFields: [field] = [] }: TracedOperation): string {
  return [type ?? 'operation', ...(field === undefined ? [] : [field])].join(' ');
}

export function operationAttributes({ type, rootFields = [], code }: TracedOperation): Attributes {
  return {
    ...(type === undefined ? {} : { [attributeNames.type]: type }),
    ...(rootFields.length > 0 ? { [attributeNames.rootFields]: [...rootFields] } : {}),
    ...(code === undefined ? {} : { [attributeNames.code]: code, [attributeNames.error]: code }),
  };
}

/** Classes of ours, whose names say what happened; of any other error not even the name is kept, which AWS may choose. */
const ownErrors: readonly string[] = ['NeverSent', 'BrokenOff', 'OutcomeUnknown', 'TakenOver', 'StoreUnavailable'];

export function errorAttributes(error: unknown): Attributes {
  if (error instanceof GatewayError) return { [attributeNames.error]: error.code };
  const name = error instanceof Error ? error.name : '';
  return { [attributeNames.error]: ownErrors.includes(name) ? name : '_OTHER' };
}

/** Whether something did not work, rather than that somebody asked for what is refused. */
export function isFault(error: unknown): boolean {
  return !(error instanceof GatewayError) || isFaultCode(error.code);
}

export function isFaultCode(code: ErrorCode): boolean {
  return code === 'INTERNAL_SERVER_ERROR' || code === 'UPSTREAM_UNAVAILABLE' || code === 'OUTCOME_UNKNOWN';
}
