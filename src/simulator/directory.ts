import { refusal } from './errors.js';

/** What a flow does with an answered call: puts it into a queue, or plays a message and hangs up. */
export type FlowEffect = { readonly queueId: string } | 'message';

/** A flow. */
export interface Flow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly state: 'ACTIVE' | 'ARCHIVED';
  readonly status: 'PUBLISHED' | 'SAVED';
  readonly effect: FlowEffect;
  readonly tags: Readonly<Record<string, string>>;
}

/** A queue; an agent's own queue has neither a description nor a caller id nor hours. */
export interface Queue {
  readonly id: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'AGENT';
  readonly description?: string;
  readonly callerIdName?: string;
  /** The id of a claimed phone number, not the number. */
  readonly callerIdNumberId?: string;
  readonly agentIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** A user, which for a contact is its agent. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly routingProfileId: string;
  readonly securityProfileId: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A phone number claimed to an instance. */
export interface ClaimedNumber {
  readonly id: string;
  readonly number: string;
  readonly country: string;
  readonly type: 'DID' | 'TOLL_FREE' | 'UIFN';
  readonly description: string;
}

/** A Connect instance with everything that is configured rather than called. */
export interface Instance {
  readonly id: string;
  readonly alias: string;
  readonly createdAtMs: number;
  readonly outboundCallsEnabled: boolean;
  /** Keys of user attributes that contact search is configured for. */
  readonly searchableAttributes: readonly string[];
  readonly hoursOfOperationId: string;
  readonly flows: readonly Flow[];
  readonly queues: readonly Queue[];
  readonly users: readonly User[];
  readonly numbers: readonly ClaimedNumber[];
}

/** What the simulated account holds before the first call. */
export interface Seed {
  readonly accountId: string;
  readonly region: string;
  readonly instances: readonly Instance[];
}

/** The configured part of the account, looked up by id; ids are plain ids, never ARNs. */
export class Directory {
  constructor(private readonly seed: Seed) {}

  get region(): string {
    return this.seed.region;
  }

  get accountId(): string {
    return this.seed.accountId;
  }

  get instances(): readonly Instance[] {
    return this.seed.instances;
  }

  /** The instance, or ResourceNotFoundException. */
  instance(id: string): Instance {
    return found(this.seed.instances, id, 'instance');
  }

  /** The ARN of an instance, or of something within it (`path` such as `contact/C`). */
  arn(instanceId: string, path?: string): string {
    const base = `arn:aws:connect:${this.seed.region}:${this.seed.accountId}:instance/${instanceId}`;
    return path === undefined ? base : `${base}/${path}`;
  }

  /** The ARN of a queue. The ARN of an agent's own queue names the agent. */
  queueArn(instanceId: string, { id, type }: Pick<Queue, 'id' | 'type'>): string {
    return this.arn(instanceId, type === 'AGENT' ? `queue/agent/${id}` : `queue/${id}`);
  }

  /** The ARN of a phone number, which is a resource of the account. */
  numberArn(numberId: string): string {
    return `arn:aws:connect:${this.seed.region}:${this.seed.accountId}:phone-number/${numberId}`;
  }

  /** The ARN of the role an instance acts by. */
  serviceRoleArn(): string {
    return `arn:aws:iam::${this.seed.accountId}:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect`;
  }
}

/** The one with this id, or ResourceNotFoundException naming what was looked for. */
export function found<T extends { readonly id: string }>(all: readonly T[], id: string, what: string): T {
  const one = all.find((candidate) => candidate.id === id);
  if (!one) throw refusal('ResourceNotFoundException', `The ${what} was not found.`);
  return one;
}
