import { seed } from '../../src/simulator/seed.js';
import { send } from './client.js';
import type { InputShape } from './input-shapes.js';
import type { Rig } from './rig.js';
import { bodyBytes, type Shape } from './shape.js';

/** The most CPU time that a refused operation may take, in ordinary mutations. */
export const mostMutations = 20;

export interface Refused {
  readonly name: string;
  /** The code of the error, and the limit that it names. */
  readonly outcome: string;
  readonly totalMs: number;
  readonly longestPieceMs: number;
}

export interface Measured {
  /** What an ordinary mutation takes in all. */
  readonly mutationMs: number;
  readonly refused: readonly Refused[];
  /** The names of the shapes that the gateway answered. */
  readonly served: readonly string[];
}

const repeats = 3;
const clearlyTooLongMs = 300;

/** Sends each of the shapes, and each of the inputs both as large as it may be and just within the limits of operations. */
export async function measureAll(
  rig: Rig,
  asked: {
    readonly shapes: readonly Shape[];
    readonly inputs: readonly InputShape[];
    readonly say: (text: string) => void;
  },
): Promise<Measured> {
  const mutationMs = await mutationTime(rig);
  const refused: Refused[] = [];
  const served: string[] = [];
  const measure = async (shape: Shape) => {
    const one = await timeOf(rig, shape);
    if (one.outcome === 'served') served.push(shape.name);
    else refused.push(one);
    if (refused.length % 100 === 0) asked.say(`${refused.length} measured`);
  };
  for (const shape of asked.shapes) await measure(shape);
  for (const input of asked.inputs) {
    const largest = largestOf(input);
    await measure(input.of(largest));
    const within = await largestWithinLimits(rig, input, largest);
    if (within < largest) await measure({ ...input.of(within), name: `${input.name}, within limits` });
  }
  return { mutationMs, refused, served };
}

async function timeOf({ gateway, tokens }: Rig, shape: Shape): Promise<Refused> {
  let outcome = '';
  const use = async () => {
    ({ outcome } = await send(gateway.url, tokens, shape));
  };
  const totals: number[] = [];
  // What takes that long needs no second look.
  while (totals.length < repeats && (totals[0] ?? 0) < clearlyTooLongMs) totals.push(await gateway.totalOf(use));
  const longestPieceMs = await gateway.longestPieceOf(use);
  return { name: shape.name, outcome, totalMs: median(totals), longestPieceMs };
}

async function mutationTime({ gateway, tokens }: Rig): Promise<number> {
  const place = async (index: number) => {
    const query =
      'mutation($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }';
    const input = {
      destinationPhoneNumber: `+1206556${String(index).padStart(4, '0')}`,
      contactFlowId: seed.flows.salesOutbound,
      sourcePhoneNumber: seed.numbers.us.number,
      clientToken: `token-${index}`,
    };
    const body = JSON.stringify({ query, variables: { input } });
    const { outcome } = await send(gateway.url, tokens, { name: '', over: 'post', as: 'all', body });
    if (outcome !== 'served') throw new Error(`A call was refused with ${outcome}.`);
  };
  for (let index = 0; index < 200; index += 1) await place(index);
  const totals: number[] = [];
  for (let index = 200; index < 300; index += 1) totals.push(await gateway.totalOf(() => place(index)));
  return median(totals);
}

/** As many bytes as go into a body together with the rest of it. */
function largestOf(input: InputShape): number {
  let bytes = bodyBytes;
  for (
    let size = Infinity;
    size > bodyBytes - 10 && bytes > 0;
    bytes -= Math.max(10, Math.min(size - bodyBytes + 10, bodyBytes))
  ) {
    size = Buffer.byteLength(input.of(bytes).body);
    if (size <= bodyBytes - 10) break;
  }
  return bytes;
}

/** The most bytes of it that no limit of operations refuses. */
async function largestWithinLimits({ gateway, tokens }: Rig, input: InputShape, largest: number): Promise<number> {
  let [fits, most] = [8, largest];
  const isWithin = async (bytes: number) =>
    !(await send(gateway.url, tokens, input.of(bytes))).outcome.startsWith('OPERATION_TOO_LARGE');
  if (await isWithin(largest)) return largest;
  while (most - fits > Math.max(16, fits / 32)) {
    const middle = Math.floor((fits + most) / 2);
    if (await isWithin(middle)) fits = middle;
    else most = middle;
  }
  return fits;
}

function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)]!;
}
