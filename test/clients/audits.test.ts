import { describe, expect, test } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withGateway, type GatewayChanges } from '../support/start-gateway.js';

const root = resolve(import.meta.dirname, '../..');

/** What does not follow a recommendation of GraphQL over HTTP, on purpose. */
const refused = [
  // GET is for nobody: phone numbers in a URL end up in logs. The same goes for a body that a page of another site can have sent.
  '5A70 MAY accept application/x-www-form-urlencoded formatted GET requests',
  'D6D5 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  '6A70 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
  // What was not run has a status of 400 for every client: monitoring and simple scripts go by the status.
  '572B SHOULD use 200 status code on document parsing failure when accepting application/json',
  'FDE2 SHOULD use 200 status code on document validation failure when accepting application/json',
  '7B9B SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
];

/** Ask for types of the schema, which production tells nobody. */
const introspecting = [
  'BF61 MUST accept utf-8 encoded request',
  '2EA1 SHOULD allow map {variables} parameter when accepting application/graphql-response+json',
  '28B9 MUST allow map {variables} parameter when accepting application/json',
];

const pages = { landingPage: {}, addRoutes: () => Promise.resolve() };

describe.each<[string, GatewayChanges, readonly string[]]>([
  ['in development', { parts: { pages } }, refused],
  ['in production, which refuses introspection', {}, [...refused, ...introspecting]],
])('the audits of graphql-http, %s', (_where, changes, expected) => {
  test.each([true, false])('fail where they are to, with a token: %s', async (hasToken) => {
    await withGateway(changes, async (gateway) => {
      const headers: Record<string, string> = hasToken ? { authorization: `Bearer ${await gateway.token()}` } : {};
      const fetchFn = (url: string, init: RequestInit = {}) =>
        fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } });
      const results = await auditServer({ url: gateway.url, fetchFn });
      expect(results.length).toBeGreaterThan(60);
      const failed = results.filter(({ status }) => status !== 'ok').map(({ id, name }) => `${id} ${name}`);
      expect(failed.sort()).toEqual([...expected].sort());
    });
  });
});

test('what stays refused is answered as the page says', async () => {
  const page = await readFile(join(root, 'docs/frontend.md'), 'utf8');
  const [, section = ''] = /^What stays refused(.*?)^## /ms.exec(page) ?? [];
  const answers = [...section.matchAll(/^\| ([^|]+?) +\| ([^|]+?) +\|/gm)]
    .slice(2)
    .map(([, what, answer]) => [what, answer]);
  await withGateway({}, async (gateway) => {
    const { url } = gateway;
    const authorization = `Bearer ${await gateway.token()}`;
    const ask = async (
      init: Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> },
      to = url,
    ) => {
      const answer = await fetch(to, {
        ...init,
        headers: { 'content-type': 'application/json', ...init.headers, authorization },
      });
      const text = await answer.text();
      const [, message = ''] = /"message":"(PersistedQuery\w+)"/.exec(text) ?? [];
      const [, code = ''] = /"code":"(\w+)"/.exec(text) ?? [];
      return `${answer.status} ${message} ${code}`;
    };
    const post = (body: object, to = url) => ask({ method: 'POST', body: JSON.stringify(body) }, to);
    const query = '{ connectInstance { id } }';
    const persistedQuery = { version: 1, sha256Hash: 'ab' };
    const seen = [
      await ask({ method: 'GET' }, `${url}?query=${encodeURIComponent(query)}`),
      await post({ extensions: { persistedQuery } }),
      await post([{ query }]),
      await ask({ method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' }),
      await post({ query: '{ connectInstance { id ... @defer { alias } } }' }),
      await post({ query }, `${url}/stream`),
      // As graphql-sse asks for it.
      await fetch(`${url}/stream`, { method: 'PUT' }).then(({ status }) => String(status)),
      await post({ query: '{ __schema { queryType { name } } }' }),
      await post({ query: '{ nothing }' }),
    ];
    expect(answers).toHaveLength(seen.length);
    for (const [index, [what, answer = '']] of answers.entries()) {
      const words = answer.match(/\d{3}|PersistedQueryNotSupported|[A-Z]+_[A-Z_]+/g) ?? [];
      expect([what, words]).toEqual([what, words.filter((word) => seen[index]?.split(' ').includes(word))]);
      expect(words).not.toEqual([]);
    }
  });
});
