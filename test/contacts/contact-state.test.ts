import type { Contact } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import type { ContactOutcome, ContactStatus } from '../../src/contacts/contact-enums.js';
import { toFacts } from '../../src/contacts/timeline/contact-facts.js';
import { factsFrom, momentFrom, reportFrom } from '../../src/contacts/timeline/contact-report.js';
import { outcomeOf as outcomeOfFacts } from '../../src/contacts/timeline/contact-outcome.js';
import { statusOf as statusOfFacts } from '../../src/contacts/timeline/contact-state.js';

const factsOf = (contact: Contact) => toFacts(factsFrom(reportFrom(contact)));
const statusOf = (contact: Contact) => statusOfFacts(factsOf(contact));
const outcomeOf = (contact: Contact) => outcomeOfFacts(factsOf(contact));

const moment = new Date('2026-11-21T12:00:00.412Z');
/** How Connect may write that a moment has not come. */
const unset = new Date('1970-01-01T00:00:00.001Z');

describe('a moment', () => {
  test.each<[string, Date | undefined, Date | null]>([
    ['that is not there has not come', undefined, null],
    ['in the first millisecond of 1970 has not come', unset, null],
    ['at the very beginning of 1970 has not come', new Date(0), null],
    ['that no clock knows has not come', new Date(NaN), null],
    ['is kept as it is', moment, moment],
  ])('%s', (_title, timestamp, expected) => {
    expect(momentFrom(timestamp)).toBe(expected);
  });
});

const ringing: Contact = { InitiationTimestamp: moment, RingStartTimestamp: moment };
const inFlow: Contact = { ...ringing, ConnectedToSystemTimestamp: moment };
const queued: Contact = { ...inFlow, QueueInfo: { Id: 'q', EnqueueTimestamp: moment } };
const withAgent: Contact = { ...queued, AgentInfo: { Id: 'a', ConnectedToAgentTimestamp: moment } };
const working: Contact = {
  ...withAgent,
  DisconnectTimestamp: moment,
  AgentInfo: { ...withAgent.AgentInfo, AfterContactWorkStartTimestamp: moment },
};

describe('the status', () => {
  test.each<[string, Contact, ContactStatus]>([
    ['of a contact that tells nothing', {}, 'INITIATED'],
    ['of one that is only initiated', { InitiationTimestamp: moment }, 'INITIATED'],
    ['of one whose later moments are written as unset', { RingStartTimestamp: unset }, 'INITIATED'],
    ['of one that rings', ringing, 'RINGING'],
    ['of one that rings, with the answer unset', { ...ringing, ConnectedToSystemTimestamp: unset }, 'RINGING'],
    ['of one that was answered without a ring', { ConnectedToSystemTimestamp: moment }, 'IN_FLOW'],
    ['of one that was answered', inFlow, 'IN_FLOW'],
    ['of one with a queue it has not entered', { ...inFlow, QueueInfo: { Id: 'q' } }, 'IN_FLOW'],
    ['of one in a queue', queued, 'QUEUED'],
    ['of one in a queue with an agent chosen', { ...queued, AgentInfo: { Id: 'a' } }, 'QUEUED'],
    [
      'of one in a queue with the joining unset',
      { ...queued, AgentInfo: { Id: 'a', ConnectedToAgentTimestamp: unset } },
      'QUEUED',
    ],
    ['of one with an agent', withAgent, 'WITH_AGENT'],
    ['of one with an agent, with the end unset', { ...withAgent, DisconnectTimestamp: unset }, 'WITH_AGENT'],
    ['of one whose agent works on', working, 'AFTER_CONTACT_WORK'],
    [
      'of one whose agent works on, with the end of that unset',
      { ...working, AgentInfo: { ...working.AgentInfo, AfterContactWorkEndTimestamp: unset } },
      'AFTER_CONTACT_WORK',
    ],
    [
      'of one whose agent is done',
      { ...working, AgentInfo: { ...working.AgentInfo, AfterContactWorkEndTimestamp: moment } },
      'ENDED',
    ],
    ['of one that ended without an agent', { ...queued, DisconnectTimestamp: moment }, 'ENDED'],
    ['of one that was never answered', { ...ringing, DisconnectTimestamp: moment }, 'ENDED'],
  ])('%s is read off its timestamps', (_title, contact, expected) => {
    expect(statusOf(contact)).toBe(expected);
  });
});

const ended = (disconnectReason?: string): Contact => ({
  DisconnectTimestamp: moment,
  ...(disconnectReason === undefined ? {} : { DisconnectReason: disconnectReason }),
});
const detected = (status: string, contact: Contact = {}): Contact => ({
  ...contact,
  AnsweringMachineDetectionStatus: status as NonNullable<Contact['AnsweringMachineDetectionStatus']>,
});

describe('the outcome', () => {
  test.each<[string, Contact, ContactOutcome | null]>([
    ['of nothing yet is open', {}, null],
    ['of a ringing call is open', ringing, null],
    ['of a call whose answer and end are unset is open', { ConnectedToSystemTimestamp: unset, ...unsetEnd() }, null],
    ['of a call in its flow', inFlow, 'ANSWERED'],
    ['of an answered call that ended', { ...inFlow, ...ended('CUSTOMER_DISCONNECT') }, 'ANSWERED'],
    ['of an answered call that the network broke', { ...inFlow, ...ended('TELECOM_PROBLEM') }, 'ANSWERED'],
    ['of a call that ended for no reason told', ended(), 'UNKNOWN'],
    ['of a call that was stopped while it rang', ended('OTHER'), 'CANCELLED'],
    ['of a call that ended for a reason newer than this gateway', ended('SOLAR_FLARE'), 'UNKNOWN'],
    ['of a call that ended for a reason named like a member of every object', ended('constructor'), 'UNKNOWN'],
    ...(
      [
        ['TELECOM_BUSY', 'BUSY'],
        ['TELECOM_UNANSWERED', 'NO_ANSWER'],
        ['TELECOM_TIMEOUT', 'NO_ANSWER'],
        ['TELECOM_ORIGINATOR_CANCEL', 'NO_ANSWER'],
        ['TELECOM_NUMBER_INVALID', 'INVALID_NUMBER'],
        ['TELECOM_POTENTIAL_BLOCKING', 'BLOCKED'],
        ['TELECOM_PROBLEM', 'FAILED'],
        ['OUTBOUND_DESTINATION_ENDPOINT_ERROR', 'FAILED'],
        ['OUTBOUND_RESOURCE_ERROR', 'FAILED'],
        ['OUTBOUND_ATTEMPT_FAILED', 'FAILED'],
        ['OUTBUND_PREVIEW_DISCARDED', 'DISCARDED'],
        ['EXPIRED', 'EXPIRED'],
      ] as const
    ).map(([reason, outcome]): [string, Contact, ContactOutcome] => [
      `of a call that ended with ${reason}`,
      ended(reason),
      outcome,
    ]),
    ...(
      [
        ['HUMAN_ANSWERED', 'ANSWERED'],
        ['VOICEMAIL_BEEP', 'MACHINE'],
        ['VOICEMAIL_NO_BEEP', 'MACHINE'],
        ['FAX_MACHINE_DETECTED', 'MACHINE'],
        ['AMD_UNRESOLVED', 'ANSWERED'],
        ['AMD_UNRESOLVED_SILENCE', 'ANSWERED'],
        ['AMD_ERROR', 'ANSWERED'],
        ['SOMETHING_NEWER', 'UNKNOWN'],
        ['constructor', 'UNKNOWN'],
      ] as const
    ).map(([status, outcome]): [string, Contact, ContactOutcome] => [
      `of an answered call with the detection ${status}`,
      detected(status, inFlow),
      outcome,
    ]),
    ['of a tone that says busy', detected('SIT_TONE_BUSY', ended('TELECOM_PROBLEM')), 'BUSY'],
    ['of a tone that says invalid', detected('SIT_TONE_INVALID_NUMBER', ended('TELECOM_PROBLEM')), 'INVALID_NUMBER'],
    ['of another special tone', detected('SIT_TONE_DETECTED', ended('OTHER')), 'FAILED'],
    ['of a call that detection saw unanswered', detected('AMD_UNANSWERED', ended('OTHER')), 'NO_ANSWER'],
    ['of a call with a newer detection that is not answered yet', detected('SOMETHING_NEWER', ringing), null],
    ['of a busy call with a newer detection', detected('SOMETHING_NEWER', ended('TELECOM_BUSY')), 'BUSY'],
    ['of a call with a newer detection that ended unanswered', detected('SOMETHING_NEWER', ended('OTHER')), 'UNKNOWN'],
    ['of a call that ended before it rang', detected('AMD_NOT_APPLICABLE', ended('TELECOM_BUSY')), 'BUSY'],
  ])('%s is one word', (_title, contact, expected) => {
    expect(outcomeOf(contact)).toBe(expected);
  });
});

function unsetEnd(): Contact {
  return { DisconnectTimestamp: unset, DisconnectReason: 'OTHER' };
}
