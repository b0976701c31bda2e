import { describe, expect, test } from '@jest/globals';
import { InstanceAccess } from '../../src/access/instances.js';
import type { Caller } from '../../src/request.js';

const of = (tenant: string): Caller => ({ subject: 'someone', tenant, scopes: new Set(), expiresAtMs: Infinity });

const everyone = new InstanceAccess({ defaultInstanceId: 'main', instanceIds: ['main', 'second'] });
const byTenant = new InstanceAccess({
  defaultInstanceId: 'main',
  instanceIds: ['main', 'second', 'third'],
  byTenant: new Map([
    ['acme', ['second', 'main']],
    ['globex', ['third', 'second']],
    ['empty', []],
  ]),
});

describe('the instance a caller may use', () => {
  test.each<[string, InstanceAccess, string, string | null | undefined, string | null]>([
    ['is the default one where none is named', everyone, 'any', undefined, 'main'],
    ['is the default one where null is named', everyone, 'any', null, 'main'],
    ['is one of the allowed ones', everyone, 'any', 'second', 'second'],
    ['is none that is not listed', everyone, 'any', 'third', null],
    ['is none with an empty name', everyone, 'any', '', null],
    ['is the default one where the tenant may use it', byTenant, 'acme', undefined, 'main'],
    ["is the tenant's first where it may not use the default one", byTenant, 'globex', undefined, 'third'],
    ["is another of the tenant's", byTenant, 'globex', 'second', 'second'],
    ["is none of another tenant's", byTenant, 'acme', 'third', null],
    ['is not the default one for a tenant that may not use it', byTenant, 'globex', 'main', null],
    ['is none for a tenant without any', byTenant, 'empty', undefined, null],
    ['is none for a tenant that is not in the map', byTenant, 'initech', undefined, null],
    ['is none for a tenant with the name of a member of every object', byTenant, 'constructor', 'main', null],
  ])('%s', (_title, access, tenant, instanceId, expected) => {
    expect(access.forRead(of(tenant), instanceId)).toBe(expected);
    const write = () => access.forWrite(of(tenant), instanceId);
    if (expected === null) expect(write).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    else expect(write()).toBe(expected);
  });

  test('is refused without repeating its name', () => {
    expect(() => everyone.forWrite(of('any'), 'secret-instance')).toThrow(/^(?!.*secret-instance).*instanceId/);
  });
});
