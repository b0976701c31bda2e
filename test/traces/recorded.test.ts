import { expect, test } from '@jest/globals';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Recorded } from '../../src/traces/recorded.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function recordedOnce(): { readonly recorded: Recorded; readonly span: WeakRef<object> } {
  const span = new TracerProvider().getTracer('test').startSpan('operation');
  return { recorded: new Recorded(span, 'the-request'), span: new WeakRef(span) };
}

async function isHeld(span: WeakRef<object>): Promise<boolean> {
  for (let times = 0; times < 3; times += 1) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  return span.deref() !== undefined;
}

test('of a span that has ended no more is held than its ids, for which thousands of subscriptions wait for hours', async () => {
  const { recorded, span } = recordedOnce();
  const { ids, link } = recorded;
  expect(await isHeld(span)).toBe(true);
  recorded.endOperation({ type: 'subscription' });
  expect(await isHeld(span)).toBe(false);
  expect({ ids: recorded.ids, link: recorded.link }).toEqual({ ids, link });
  expect(recorded.isKept).toBe(true);
});
