/** What tells one Connect resource from another: ids are unique within an instance. */
export interface ResourceKey {
  readonly instanceId: string;
  readonly id: string;
}

/** What an id of Amazon Connect may be made of (UUIDs in practice): nothing that means anything in a path, a query or an ARN. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** How many characters Connect's requests take of an id, by the word for the resource in its ARN. */
export const maxIdCharacters = { instance: 100, 'contact-flow': 500, queue: 500, contact: 256, campaign: 100 } as const;

/** Whether `text` has the shape of the id of an instance. */
export function isInstanceId(text: string): boolean {
  return idPattern.test(text) && text.length <= maxIdCharacters.instance;
}

/** Whether `text` has the shape of an id that Connect is asked about. Anything else names nothing, and never gets into a path of Connect's API. */
export function isResourceId(text: string): boolean {
  return idPattern.test(text) && text.length <= 256;
}

/** The key as one string, for maps, caches and stores: Redis keys contain it, so it must stay as it is. The id of an instance has no slash. */
export function nameOfKey({ instanceId, id }: ResourceKey): string {
  return `${instanceId}/${id}`;
}

/** The way back from `nameOfKey`. */
export function keyOfName(name: string): ResourceKey {
  const slash = name.indexOf('/');
  return { instanceId: name.slice(0, slash), id: name.slice(slash + 1) };
}

/** An ARN of Amazon Connect or its outbound campaigns, taken apart. */
export interface ConnectArn {
  /** Absent where the ARN names none: phone numbers and campaigns belong to the account. */
  readonly instanceId?: string;
  /** The word before the id, as AWS writes it: `instance`, `contact`, `contact-flow`, `queue`, `agent`, `phone-number`, `campaign`. */
  readonly kind: string;
  readonly id: string;
}

declare const isStandardQueue: unique symbol;

/**
 * The id of a standard queue, proved by an ARN. The id of any other queue may be that of an agent, whose own queue carries it, and who took a
 * contact is personal.
 */
export type StandardQueueId = string & { readonly [isStandardQueue]: true };

const account = /^arn:aws(?:-us-gov|-cn)?:(connect|connect-campaigns):[a-z0-9-]{1,32}:\d{12}:/;

/** Twice what two ids of the longest kind come to: nothing longer is taken apart. */
const maxArnLength = 2_000;

/** Takes `arn:aws:connect:us-west-2:123456789012:instance/I/queue/Q` and its like apart; undefined for anything else. */
export function parseConnectArn(text: string): ConnectArn | undefined {
  if (text.length > maxArnLength) return undefined;
  const head = account.exec(text);
  if (!head) return undefined;
  const parts = text.slice(head[0].length).split('/');
  if (!parts.every((part) => idPattern.test(part))) return undefined;
  const arn = resourceFrom(parts);
  // Campaigns, and nothing else, belong to the service of campaigns.
  return arn && (arn.kind === 'campaign') === (head[1] === 'connect-campaigns') ? arn : undefined;
}

function resourceFrom(parts: readonly string[]): ConnectArn | undefined {
  const [first = '', second = '', kind = '', id = ''] = parts;
  if (parts.length === 4 && first === 'instance') return { instanceId: second, kind, id };
  if (parts.length !== 2) return undefined;
  return first === 'instance' ? { instanceId: second, kind: first, id: second } : { kind: first, id: second };
}

/** The id of the standard queue that the ARN names; undefined for an agent's own queue, `.../queue/agent/<agent id>`, and for anything else. */
export function standardQueueIdFrom(arn: string | undefined): StandardQueueId | undefined {
  const parts = arn === undefined ? undefined : parseConnectArn(arn);
  return parts?.kind === 'queue' && parts.instanceId !== undefined ? (parts.id as StandardQueueId) : undefined;
}

/** The id that Amazon Connect wants: the last part of an ARN, any other text as it is. */
export function connectIdFrom(idOrArn: string): string {
  return parseConnectArn(idOrArn)?.id ?? idOrArn;
}
