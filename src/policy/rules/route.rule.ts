import { allow, refuse } from '../outcome.js';
import type { Rule } from '../rule.js';

/** The call runs one of the flows that are the tenant's. */
export function flowRule(flowsOf: (tenant: string) => readonly string[]): Rule {
  return ({ facts: { contactFlowId, tenant } }) =>
    flowsOf(tenant).includes(contactFlowId)
      ? allow
      : refuse('FLOW_NOT_ALLOWED', 'contactFlowId is none of the flows that your tenant may use.');
}

/** The call names no queue, or one of those that are the tenant's. */
export function queueRule(queuesOf: (tenant: string) => readonly string[]): Rule {
  return ({ facts: { queueId, tenant } }) =>
    queueId === undefined || queuesOf(tenant).includes(queueId)
      ? allow
      : refuse('QUEUE_NOT_ALLOWED', 'queueId is none of the queues that your tenant may use.');
}
