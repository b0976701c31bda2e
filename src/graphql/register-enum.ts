import { registerEnumType } from 'type-graphql';
import type { Scope } from './authorize.js';

export interface EnumValueSpec {
  readonly description?: string;
  readonly deprecationReason?: string;
  /** Scopes that an operation needs to say this value. */
  readonly authorize?: readonly [Scope, ...Scope[]];
}

/** Scopes by enum name, then value name. Recorded at import like every type-graphql decorator; read once by `schema/`. */
export const enumValueScopes = new Map<string, ReadonlyMap<string, readonly Scope[]>>();

/** Registers an enum (an object whose keys equal its values) under `name`; type-graphql itself cannot put directives on values. */
export function registerEnum<T extends Record<string, string>>(
  enumObject: T,
  name: string,
  spec: { readonly description: string; readonly values?: { readonly [K in keyof T]?: EnumValueSpec } },
): void {
  const guarded = new Map<string, readonly Scope[]>();
  const valuesConfig: Record<string, { description?: string; deprecationReason?: string }> = {};
  for (const [value, { authorize, ...config }] of Object.entries<EnumValueSpec | undefined>(spec.values ?? {}).flatMap(
    ([key, valueSpec]) => (valueSpec ? [[key, valueSpec] as const] : []),
  )) {
    valuesConfig[value] = config;
    if (authorize) guarded.set(value, authorize);
  }
  if (guarded.size > 0) enumValueScopes.set(name, guarded);
  registerEnumType(enumObject, { name, description: spec.description, valuesConfig: valuesConfig as never });
}
