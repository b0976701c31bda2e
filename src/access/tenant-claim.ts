import type { JWTPayload } from 'jose';
import { isText } from './scope-claims.js';

/**
 * The tenant that `name` leads to: the claim of that whole name, or else, where dots part it, from claim to member. A list stands for its only
 * entry. Throws where no single non-empty string is there: of several tenants none is picked by its place.
 */
export function tenantIn(claims: JWTPayload, name: string): string {
  const tenant = onlyEntry(Object.hasOwn(claims, name) ? claims[name] : memberAt(claims, name.split('.')));
  if (!isText(tenant)) throw new Error(`The claim ${name} is not a non-empty string.`);
  return tenant;
}

function memberAt(claims: JWTPayload, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return step === '0' ? onlyEntry(value) : undefined;
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, claims);
}

function onlyEntry(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.length === 1 ? value[0] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
