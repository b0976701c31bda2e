import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { policySchema, policySchemaText } from '../../src/policy/policy-schema.js';

test('deploy/policy.schema.json is what the gateway reads by', () => {
  expect(readFileSync(new URL('../../deploy/policy.schema.json', import.meta.url), 'utf8')).toBe(policySchemaText);
});

test('it is a JSON Schema', () => {
  expect(new Ajv({ strict: false }).validateSchema(policySchema)).toBe(true);
});
