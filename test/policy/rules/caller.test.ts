import { describe, expect, test } from '@jest/globals';
import {
  callerIdPrefixRule,
  domesticCallerIdRule,
  ownedCallerIdRule,
} from '../../../src/policy/rules/caller-id.rule.js';
import { consentRule } from '../../../src/policy/rules/consent.rule.js';
import { purposeRule, scopeRule } from '../../../src/policy/rules/purpose.rule.js';
import { flowRule, queueRule } from '../../../src/policy/rules/route.rule.js';
import { aNumber, asked } from '../call-facts.js';

const allowed = { is: 'ALLOW' };
const callerId = (is: string) => ({ is, reason: 'CALLER_ID_NOT_ALLOWED' });
const ofTenant = (lists: Readonly<Record<string, readonly string[]>>) => (tenant: string) => lists[tenant] ?? [];

describe('caller id', () => {
  const owned = ownedCallerIdRule(ofTenant({ acme: ['+12065550100'], globex: ['+12065550111'] }));
  test.each([
    ['one of the tenant', 'acme', aNumber({ e164: '+12065550100' }), allowed],
    ['one of another tenant', 'acme', aNumber({ e164: '+12065550111' }), callerId('REFUSE')],
    ['a tenant that owns none', 'initech', aNumber({ e164: '+12065550100' }), callerId('REFUSE')],
    ['the queue decides', 'acme', undefined, callerId('UNKNOWN')],
  ])('owned: %s', (_title, tenant, callerNumber, outcome) => {
    expect(owned(asked({ tenant, callerNumber }))).toMatchObject(outcome);
  });

  test.each([
    ['the same country', 'US', 'US', allowed],
    ['another country', 'CA', 'US', callerId('REFUSE')],
    ['unknown country of the caller', undefined, 'US', callerId('UNKNOWN')],
    ['unknown country of the callee', 'US', undefined, callerId('UNKNOWN')],
  ])('domestic: %s', (_title, own, region, outcome) => {
    const facts = { callerNumber: aNumber({ region: own }), destination: aNumber({ region }) };
    expect(domesticCallerIdRule(asked(facts))).toMatchObject(outcome);
  });

  test('domestic: the queue decides', () => {
    expect(domesticCallerIdRule(asked({ callerNumber: undefined }))).toMatchObject(callerId('UNKNOWN'));
  });

  test.each([
    ['it begins so', aNumber({ e164: '+34400123456' }), allowed],
    ['it begins otherwise', aNumber({ e164: '+34911234567' }), callerId('REFUSE')],
    ['the queue decides', undefined, callerId('UNKNOWN')],
  ])('prefix: %s', (_title, callerNumber, outcome) => {
    expect(callerIdPrefixRule('+34400')(asked({ callerNumber }))).toMatchObject(outcome);
  });
});

describe('route', () => {
  const flows = flowRule(ofTenant({ acme: ['flow-a'] }));
  const queues = queueRule(ofTenant({ acme: ['queue-1'] }));
  test.each([
    ['a flow of the tenant', flows, { contactFlowId: 'flow-a' }, allowed],
    ['another flow', flows, { contactFlowId: 'flow-b' }, { is: 'REFUSE', reason: 'FLOW_NOT_ALLOWED' }],
    ['another tenant', flows, { tenant: 'globex' }, { is: 'REFUSE', reason: 'FLOW_NOT_ALLOWED' }],
    ['a queue of the tenant', queues, { queueId: 'queue-1' }, allowed],
    ['no queue', queues, {}, allowed],
    ['another queue', queues, { queueId: 'queue-2' }, { is: 'REFUSE', reason: 'QUEUE_NOT_ALLOWED' }],
  ])('%s', (_title, rule, facts, outcome) => {
    expect(rule(asked(facts))).toMatchObject(outcome);
  });
});

describe('purpose', () => {
  test.each([
    ['one of them', 'SERVICE', allowed],
    ['another', 'MARKETING', { is: 'REFUSE', reason: 'PURPOSE_NOT_ALLOWED' }],
    ['none', undefined, { is: 'REFUSE', reason: 'PURPOSE_REQUIRED' }],
  ])('%s', (_title, purpose, outcome) => {
    expect(purposeRule(['SERVICE', 'COLLECTION'])(asked({ purpose }))).toMatchObject(outcome);
  });

  test('a scope that is there, and one that is not', () => {
    const scopes = new Set(['calls:service']);
    expect(scopeRule('calls:service')(asked({ scopes }))).toEqual(allowed);
    expect(scopeRule('calls:emergency')(asked({ scopes }))).toMatchObject({
      is: 'REFUSE',
      reason: 'PURPOSE_NOT_ALLOWED',
    });
  });
});

test('consent is named, or not', () => {
  expect(consentRule(asked({ consentReference: 'form 7' }))).toEqual(allowed);
  expect(consentRule(asked())).toMatchObject({ is: 'REFUSE', reason: 'CONSENT_REQUIRED' });
});
