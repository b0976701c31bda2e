import { beforeEach, describe, expect, test } from '@jest/globals';
import { NounCache, type NounSource } from '../../src/connect/noun-cache.js';
import type { ResourceKey } from '../../src/connect/ids.js';
import { GatewayError } from '../../src/errors.js';
import type { Requester } from '../../src/coordination/requester.js';
import { TestClock } from '../support/test-clock.js';

interface Noun {
  readonly name: string;
}

/** A Connect that knows `nouns` by instance and id, and notes what it is asked. */
class Source implements NounSource<Noun> {
  readonly asked: string[] = [];
  readonly nouns = new Map<string, Noun>();
  readonly failing = new Set<string>();
  /** Subjects that get no permit. */
  readonly throttled = new Set<string>();
  /** In whose name each question was. */
  readonly askers: string[] = [];
  /** Once set, answers wait for it. */
  hold: Promise<void> | undefined;

  async describe({ instanceId, id }: ResourceKey, { subject }: Requester): Promise<Noun | undefined> {
    this.asked.push(`describe ${instanceId}/${id}`);
    this.askers.push(subject);
    await this.hold;
    if (this.throttled.has(subject)) throw new GatewayError('THROTTLED', 'No permit.');
    if (this.failing.has(instanceId)) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Connect fails.');
    return this.nouns.get(`${instanceId}/${id}`);
  }
}

class SearchableSource extends Source {
  async search(instanceId: string, ids: readonly string[], { subject }: Requester): Promise<ReadonlyMap<string, Noun>> {
    this.asked.push(`search ${instanceId}/${ids.join(',')}`);
    this.askers.push(subject);
    await this.hold;
    if (this.throttled.has(subject)) throw new GatewayError('THROTTLED', 'No permit.');
    if (this.failing.has(instanceId)) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Connect fails.');
    const found = ids.flatMap((id): [string, Noun][] => {
      const noun = this.nouns.get(`${instanceId}/${id}`);
      return noun ? [[id, noun]] : [];
    });
    return new Map(found);
  }
}

let clock: TestClock;
let source: Source;
let cache: NounCache<Noun>;

function useSource(next: Source): void {
  clock = new TestClock();
  source = next;
  for (const key of ['i/a', 'i/b', 'i/c', 'j/a', 'j/b']) source.nouns.set(key, { name: key });
  cache = new NounCache(source, clock);
}

const key = (instanceId: string, id: string): ResourceKey => ({ instanceId, id });
const alice = { tenant: 'acme', subject: 'alice' };
const bob = { tenant: 'globex', subject: 'bob' };
const minutesMs = 60_000;

describe('a noun', () => {
  beforeEach(() => {
    useSource(new Source());
  });

  test('is asked for once in five minutes', async () => {
    for (let minute = 0; minute < 5; minute += 1) {
      expect(await cache.get(key('i', 'a'), alice)).toEqual({ name: 'i/a' });
      clock.advance(minutesMs - 1);
    }
    expect(source.asked).toEqual(['describe i/a']);
    clock.advance(6);
    await cache.get(key('i', 'a'), alice);
    expect(source.asked).toHaveLength(2);
  });

  test('is another one in another instance', async () => {
    expect([await cache.get(key('i', 'a'), alice), await cache.get(key('j', 'a'), alice)]).toEqual([
      { name: 'i/a' },
      { name: 'j/a' },
    ]);
  });

  test('is asked for once however many want it at the same time', async () => {
    let release: () => void = () => undefined;
    source.hold = new Promise((resolve) => (release = resolve));
    const first = cache.get(key('i', 'a'), alice);
    await Promise.resolve();
    const others = [cache.get(key('i', 'a'), alice), cache.get(key('i', 'a'), alice)];
    release();
    expect(await Promise.all([first, ...others])).toEqual(Array(3).fill({ name: 'i/a' }));
    expect(source.asked).toEqual(['describe i/a']);
  });

  test('that is not there is remembered, but not for long', async () => {
    expect(await cache.get(key('i', 'new'), alice)).toBeNull();
    source.nouns.set('i/new', { name: 'i/new' });
    clock.advance(9_999);
    expect(await cache.get(key('i', 'new'), alice)).toBeNull();
    clock.advance(2);
    expect(await cache.get(key('i', 'new'), alice)).toEqual({ name: 'i/new' });
  });

  test.each(['', '..', 'a/b', '%2F', 'a b', 'a\n', 'ä', 'x'.repeat(257)])(
    'with the impossible id %j is not asked for',
    async (id) => {
      expect(await cache.get(key('i', id), alice)).toBeNull();
      expect(source.asked).toEqual([]);
    },
  );

  test('that cannot be asked for fails, and is asked for again', async () => {
    source.failing.add('i');
    await expect(cache.get(key('i', 'a'), alice)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    source.failing.clear();
    expect(await cache.get(key('i', 'a'), alice)).toEqual({ name: 'i/a' });
  });

  test('known before is served on while Connect fails, and Connect asked every ten seconds', async () => {
    await cache.get(key('i', 'a'), alice);
    source.failing.add('i');
    clock.advance(6 * minutesMs);
    for (let second = 0; second < 19; second += 1) {
      expect(await cache.get(key('i', 'a'), alice)).toEqual({ name: 'i/a' });
      clock.advance(1_000);
    }
    expect(source.asked).toHaveLength(3);
    source.failing.clear();
    source.nouns.set('i/a', { name: 'renamed' });
    clock.advance(10_000);
    expect(await cache.get(key('i', 'a'), alice)).toEqual({ name: 'renamed' });
  });

  test('that two want is asked for in the name of the one who came first', async () => {
    const answers = await Promise.all([alice, bob].map((who) => cache.get(key('i', 'a'), who)));
    expect(answers).toEqual([{ name: 'i/a' }, { name: 'i/a' }]);
    expect(source.askers).toEqual(['alice']);
  });

  test('for which the first got no permit is asked for in the name of the next, and in that of nobody twice', async () => {
    source.throttled.add('alice');
    const asking = [alice, alice, bob].map((who) => cache.get(key('i', 'a'), who));
    expect(await Promise.allSettled(asking)).toMatchObject([
      { status: 'rejected', reason: { code: 'THROTTLED' } },
      { status: 'rejected', reason: { code: 'THROTTLED' } },
      { status: 'fulfilled', value: { name: 'i/a' } },
    ]);
    expect(source.askers).toEqual(['alice', 'bob']);
    expect(await cache.get(key('i', 'a'), alice)).toEqual({ name: 'i/a' });
  });

  test('that could not be asked for is not asked for again by each who waited', async () => {
    source.failing.add('i');
    await Promise.allSettled([alice, bob].map((who) => cache.get(key('i', 'a'), who)));
    expect(source.askers).toEqual(['alice']);
  });

  test('that a list brings is not asked for', async () => {
    cache.put(key('i', 'a'), { name: 'listed' });
    expect(await cache.get(key('i', 'a'), alice)).toEqual({ name: 'listed' });
    expect(source.asked).toEqual([]);
  });

  test('that a list brings while it is asked for spoils neither', async () => {
    let release: () => void = () => undefined;
    source.hold = new Promise((resolve) => (release = resolve));
    const asking = cache.get(key('i', 'a'), alice);
    await Promise.resolve();
    cache.put(key('i', 'a'), { name: 'listed' });
    release();
    expect(await asking).toEqual({ name: 'i/a' });
    expect(await cache.get(key('i', 'a'), alice)).toEqual({ name: 'listed' });
  });
});

describe('several nouns at once', () => {
  beforeEach(() => {
    useSource(new SearchableSource());
  });
  const getAll = (...keys: ResourceKey[]) => Promise.all(keys.map((one) => cache.get(one, alice)));

  test('are one search', async () => {
    expect(await getAll(key('i', 'a'), key('i', 'b'), key('i', 'c'))).toEqual([
      { name: 'i/a' },
      { name: 'i/b' },
      { name: 'i/c' },
    ]);
    expect(source.asked).toEqual(['search i/a,b,c']);
  });

  test('are one search for each instance, where it is any cheaper', async () => {
    await getAll(key('i', 'a'), key('j', 'a'), key('i', 'b'));
    expect(source.asked.sort()).toEqual(['describe j/a', 'search i/a,b']);
  });

  test('that the search leaves out are described, and null where there are none', async () => {
    expect(await getAll(key('i', 'a'), key('i', 'gone'))).toEqual([{ name: 'i/a' }, null]);
    expect(source.asked).toEqual(['search i/a,gone', 'describe i/gone']);
  });

  test('are one search for each who wants some: nobody fails for the permit of another one', async () => {
    source.throttled.add('alice');
    const asking = [key('i', 'a'), key('i', 'b')].flatMap((one, index) => [
      cache.get(one, index === 0 ? alice : bob),
      cache.get(key('i', `more${index}`), index === 0 ? alice : bob),
    ]);
    expect((await Promise.allSettled(asking)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(source.asked.slice(0, 2)).toEqual(['search i/a,more0', 'search i/b,more1']);
  });

  test('fail for their own instance alone', async () => {
    source.failing.add('i');
    const asking = [key('i', 'a'), key('i', 'b'), key('j', 'a'), key('j', 'b')].map((one) => cache.get(one, alice));
    expect(await Promise.allSettled(asking)).toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
      { status: 'fulfilled', value: { name: 'j/a' } },
      { status: 'fulfilled', value: { name: 'j/b' } },
    ]);
  });

  test('more than Connect takes in one search are several', async () => {
    const ids = Array.from({ length: 150 }, (_, count) => `n${count}`);
    for (const id of ids) source.nouns.set(`i/${id}`, { name: id });
    await getAll(...ids.map((id) => key('i', id)));
    expect(source.asked.map((line) => line.split(',').length).sort()).toEqual([100, 50].sort());
  });
});
