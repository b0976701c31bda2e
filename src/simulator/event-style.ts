import type { EventEnvelope } from './contact-event.wire.js';

const unset = '1970-01-01T00:00:00.001Z';

type Oddity = (envelope: EventEnvelope) => EventEnvelope;

const inDetail =
  (change: (detail: EventEnvelope['detail']) => Record<string, unknown>): Oddity =>
  (envelope) => ({ ...envelope, detail: change(envelope.detail) });

const pascalCase = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const inPascalCase = (...names: readonly string[]): Oddity =>
  inDetail((detail) =>
    Object.fromEntries(
      Object.entries(detail).map(([name, value]) => [names.includes(name) ? pascalCase(name) : name, value]),
    ),
  );

/** What the documents' samples of one and the same event do differently. */
const oddities: readonly Oddity[] = [
  (envelope) => ({ ...envelope, 'detail-type': 'Connect Customer Contact Event' }),
  inDetail((detail) => ({ ...detail, channel: 'Voice' })),
  inDetail(({ connectedToSystemTimestamp = unset, agentInfo = { connectedToAgentTimestamp: unset }, ...detail }) => ({
    ...detail,
    connectedToSystemTimestamp,
    agentInfo,
  })),
  inDetail((detail) => ({ ...detail, routingCriteria: [] })),
  inDetail((detail) => ({ ...detail, routingCriteria: { steps: [], index: 0 } })),
  inPascalCase('agentInfo', 'customerVoiceActivity'),
  inPascalCase('contactId', 'queueInfo', 'disconnectReason'),
];

/** The event written as the documents' own samples are, each oddity in about half of the events; `chances` has one number for each. */
export function asInTheSamples(envelope: EventEnvelope, chances: readonly number[]): EventEnvelope {
  return oddities.reduce((event, oddity, index) => (chances[index]! < 0.5 ? oddity(event) : event), envelope);
}
