import { GatewayError } from '../errors.js';
import type { Caller } from '../request.js';

export interface InstanceAccessOptions {
  readonly defaultInstanceId: string;
  /** All instances of this gateway. */
  readonly instanceIds: readonly string[];
  /** Which of them a tenant may use; a tenant that is not in it has none. Left out, every tenant may use all. */
  readonly byTenant?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Which Connect instances a caller may use. Where the caller names none, it is the default one, or the tenant's first. */
export class InstanceAccess {
  constructor(private readonly options: InstanceAccessOptions) {}

  /** The instance to read from, or null where it is not the caller's: the same answer as for something that is not there. */
  forRead(caller: Caller, instanceId?: string | null): string | null {
    const allowed = this.#allowedTo(caller);
    if (typeof instanceId === 'string') return allowed.includes(instanceId) ? instanceId : null;
    const { defaultInstanceId } = this.options;
    return allowed.includes(defaultInstanceId) ? defaultInstanceId : (allowed[0] ?? null);
  }

  /**
   * The instance to look in for what is named by its id alone: the one it is known to be in, else the caller's own. That another tenant's is there
   * shows nowhere, not even while Connect fails: it is looked for, and not found, like one that is nowhere.
   */
  forIdAlone(caller: Caller, knownIn: string | undefined): string | null {
    return this.forRead(caller, knownIn) ?? this.forRead(caller);
  }

  /** The instance to change something in. Throws FORBIDDEN where it is not the caller's. */
  forWrite(caller: Caller, instanceId?: string | null): string {
    const allowed = this.forRead(caller, instanceId);
    if (allowed === null) {
      throw new GatewayError(
        'FORBIDDEN',
        'This Connect instance is not open to your tenant. Leave instanceId out, or ask the operator of this gateway for access.',
      );
    }
    return allowed;
  }

  #allowedTo({ tenant }: Caller): readonly string[] {
    const { byTenant, instanceIds } = this.options;
    return byTenant ? (byTenant.get(tenant) ?? []) : instanceIds;
  }
}
