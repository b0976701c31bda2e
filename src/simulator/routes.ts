import { describeContact } from './operations/describe-contact.js';
import { describeContactFlow } from './operations/describe-contact-flow.js';
import { describeInstance } from './operations/describe-instance.js';
import { describePhoneNumber } from './operations/describe-phone-number.js';
import { describeQueue } from './operations/describe-queue.js';
import { describeUser } from './operations/describe-user.js';
import { getContactAttributes } from './operations/get-contact-attributes.js';
import { listAssociatedContacts } from './operations/list-associated-contacts.js';
import { listContactFlows } from './operations/list-contact-flows.js';
import { listContactReferences } from './operations/list-contact-references.js';
import { listInstances } from './operations/list-instances.js';
import { listPhoneNumbersV2 } from './operations/list-phone-numbers-v2.js';
import { listQueues } from './operations/list-queues.js';
import { listUsers } from './operations/list-users.js';
import {
  resumeContactRecording,
  startContactRecording,
  stopContactRecording,
  suspendContactRecording,
} from './operations/contact-recording.js';
import { searchContactFlows } from './operations/search-contact-flows.js';
import { searchContacts } from './operations/search-contacts.js';
import { searchQueues } from './operations/search-queues.js';
import { searchUsers } from './operations/search-users.js';
import { startOutboundVoiceContact } from './operations/start-outbound-voice-contact.js';
import { stopContact } from './operations/stop-contact.js';
import { tagContact } from './operations/tag-contact.js';
import { untagContact } from './operations/untag-contact.js';
import { updateContact } from './operations/update-contact.js';
import { updateContactAttributes } from './operations/update-contact-attributes.js';
import type { Operation } from './operation.js';

/** Where an operation is reached: method, path with labels, and the query parameters that carry members of its input. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly operation: Operation;
  /** Member of the input by the name of its query parameter. */
  readonly query: Readonly<Record<string, string>>;
}

const page = { nextToken: 'NextToken', maxResults: 'MaxResults' } as const;

/** Every operation the simulator knows. */
export const routes: readonly Route[] = [
  route('PUT', '/contact/outbound-voice', startOutboundVoiceContact),
  route('GET', '/contacts/{InstanceId}/{ContactId}', describeContact),
  route('POST', '/contacts/{InstanceId}/{ContactId}', updateContact),
  route('GET', '/contact/attributes/{InstanceId}/{InitialContactId}', getContactAttributes),
  route('POST', '/contact/attributes', updateContactAttributes),
  route('GET', '/contact/references/{InstanceId}/{ContactId}', listContactReferences, {
    referenceTypes: 'ReferenceTypes',
    nextToken: 'NextToken',
  }),
  route('GET', '/contact/associated/{InstanceId}', listAssociatedContacts, { contactId: 'ContactId', ...page }),
  route('POST', '/search-contacts', searchContacts),
  route('POST', '/contact/stop', stopContact),
  route('POST', '/contact/start-recording', startContactRecording),
  route('POST', '/contact/stop-recording', stopContactRecording),
  route('POST', '/contact/suspend-recording', suspendContactRecording),
  route('POST', '/contact/resume-recording', resumeContactRecording),
  route('POST', '/contact/tags', tagContact),
  route('DELETE', '/contact/tags/{InstanceId}/{ContactId}', untagContact, { TagKeys: 'TagKeys' }),
  route('GET', '/contact-flows/{InstanceId}/{ContactFlowId}', describeContactFlow),
  route('GET', '/contact-flows-summary/{InstanceId}', listContactFlows, {
    contactFlowTypes: 'ContactFlowTypes',
    ...page,
  }),
  route('POST', '/search-contact-flows', searchContactFlows),
  route('GET', '/queues/{InstanceId}/{QueueId}', describeQueue),
  route('GET', '/queues-summary/{InstanceId}', listQueues, { queueTypes: 'QueueTypes', ...page }),
  route('POST', '/search-queues', searchQueues),
  route('GET', '/users/{InstanceId}/{UserId}', describeUser),
  route('GET', '/users-summary/{InstanceId}', listUsers, page),
  route('POST', '/search-users', searchUsers),
  route('GET', '/phone-number/{PhoneNumberId}', describePhoneNumber),
  route('POST', '/phone-number/list', listPhoneNumbersV2),
  route('GET', '/instance/{InstanceId}', describeInstance),
  route('GET', '/instance', listInstances, page),
];

function route(method: Route['method'], path: string, operation: Operation, query: Route['query'] = {}): Route {
  return { method, path, operation, query };
}

/** A request's path and query, matched to a route. */
export interface Match {
  readonly route: Route;
  /** The members of the input that came in the path and the query. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** The route of a request, or `undefined`. The raw path is split before it is decoded, so that an encoded slash stays within its label. */
export function matchRoute(method: string, rawPath: string, query: URLSearchParams): Match | undefined {
  const segments = rawPath.split('/');
  for (const route of routes) {
    if (route.method !== method) continue;
    const labels = matchPath(route.path, segments);
    if (labels) return { route, members: { ...labels, ...queryMembers(route, query) } };
  }
  return undefined;
}

function matchPath(template: string, segments: readonly string[]): Record<string, string> | undefined {
  const parts = template.split('/');
  if (parts.length !== segments.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index]!;
    if (part.startsWith('{')) {
      if (segment === '') return undefined;
      labels[part.slice(1, -1)] = decode(segment);
    } else if (part !== segment) return undefined;
  }
  return labels;
}

// What cannot be decoded is refused when the request is answered.
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

// A value that is not of its member's kind stays text, for the input's form to refuse.
function queryMembers(route: Route, query: URLSearchParams): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [parameter, member] of Object.entries(route.query)) {
    if (!query.has(parameter)) continue;
    const { kind } = route.operation.input.members[member]!;
    const value = query.get(parameter)!;
    if (kind === 'list') members[member] = query.getAll(parameter);
    else members[member] = kind === 'number' && /^-?\d+$/.test(value) ? Number(value) : value;
  }
  return members;
}
