import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, print } from 'graphql';
import { createHash } from 'node:crypto';
import type { GatewayError } from '../../src/errors.js';
import type { ManifestDocument, TrustMode } from '../../src/operations/document-manifest.js';
import { defaultLimits } from '../../src/operations/limits.js';
import type { OperationRecord } from '../../src/operations/operation-record.js';
import { queryOf, type SentDocument } from '../../src/operations/document-id.js';
import { TrustedDocuments } from '../../src/operations/trusted-documents.js';
import { noOperationSpan } from '../../src/tracer.js';

const schema = buildSchema(/* GraphQL */ `
  type Person {
    id: ID!
    name: String
    friends(first: Int! = 100): People
    known(ids: [ID!]!): [Person]
  }
  type People {
    nodes: [Person!]!
  }
  type Query {
    me(text: String, of: Int, with: Float): Person
    people(ids: [ID!]!): [Person]
  }
  type Mutation {
    call(number: String): String
  }
  type Subscription {
    feed: Person
  }
`);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const me =
  'query Me {\n  me {\n    ...Name\n    ...Id\n  }\n}\n\nfragment Name on Person {\n  name\n}\n\nfragment Id on Person {\n  id\n}';
const call = 'mutation Call($number: String) { call(number: $number) }';
const manifest = [
  { id: sha256(me), text: me },
  { id: `sha256:${sha256(call)}`, text: call },
  { id: 'feed', text: 'subscription Feed { feed { id } }' },
];

function trusted(documents: readonly ManifestDocument[] = manifest, mode: TrustMode = 'only', isOpen = false) {
  return new TrustedDocuments({ schema, limits: defaultLimits, allowsIntrospection: isOpen }, documents, mode);
}

const none = new TrustedDocuments({ schema, limits: defaultLimits, allowsIntrospection: false });
const newRecord = (): OperationRecord => ({ startedAtMs: 0, span: noOperationSpan, errors: [], isWorded: false });
const byHash = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

/** The text that runs; `as sent` where it is not a trusted one, or the code of what it is refused with. */
function outcome(of: TrustedDocuments, sent: Partial<SentDocument>, record = newRecord()): string {
  try {
    return of.resolve({ query: '', ...sent }, record)?.text ?? 'as sent';
  } catch (error) {
    return (error as GatewayError).code;
  }
}
const messageOf = (of: TrustedDocuments, sent: Partial<SentDocument>) => {
  try {
    of.resolve({ query: '', ...sent }, newRecord());
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};

test('a manifest that fits has no problems', () => {
  expect(trusted().problems).toEqual([]);
  expect(trusted([{ id: 'a', text: '{ __schema { types { name } } }' }], 'only', true).problems).toEqual([]);
});

describe('a document may not be trusted that', () => {
  const many = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => text(i)).join(' ');
  test.each<[string, string, RegExp]>([
    ['is no GraphQL', 'query Me {', /^the document a: Syntax Error: /],
    ['has a literal that does not end', '{ me(text: "c4n4ry', /^the document a: Syntax Error: Unterminated string\.$/],
    [
      'does not fit the schema',
      'query Me { me { nmae } }',
      /^the document a \(Me\): Cannot query field "nmae" on type "Person"\. Did you mean "name"\?$/,
    ],
    ['has several mistakes', 'query Me { me { a b c } }', /^the document a \(Me\): Cannot query .* \(and 2 more\)$/],
    [
      'has a literal that does not fit',
      '{ me(of: "c4n4ry") { id } }',
      /^the document a: The value written here must be of type Int\.$/,
    ],
    [
      'has several operations',
      'query A { me { id } } query B { me { id } }',
      /^the document a \(A\): it has 2 operations; .* exactly one\.$/,
    ],
    ['has no operation', 'fragment A on Person { id }', /^the document a: it has no operations; .* exactly one\.$/],
    [
      'asks for the schema',
      '{ __type(name: "Query") { name } }',
      /^the document a: GraphQL introspection has been disabled/,
    ],
    [
      'leaves out what it follows',
      'subscription S { feed @skip(if: false) { id } }',
      /^the document a \(S\): The field of a subscription/,
    ],
    [
      'has too many tokens',
      `{ ${many(1_000, (i) => `a${i}`)} }`,
      /^the document a: The document has too many tokens\.$/,
    ],
    [
      'has too many lines',
      `{ me { id } }${'\n'.repeat(1_000)}`,
      /^the document a: The document exceeds the limit of 1000 lines\.$/,
    ],
    [
      'is too deep',
      `{ me { ${'friends { nodes { '.repeat(6)} id ${'} } '.repeat(6)} } }`,
      /^the document a: The operation exceeds the limit of 12 levels\.$/,
    ],
    ['has too many aliases', `{ me { ${many(51, (i) => `a${i}: id`)} } }`, /limit of 50 aliases\.$/],
    [
      'has too many root fields',
      `{ ${many(11, (i) => `a${i}: me { id }`)} }`,
      /limit of 10 root fields in one query\.$/,
    ],
    [
      'costs too much with any variables',
      '{ me { friends { nodes { friends { nodes { friends { nodes { id } } } } } } } }',
      /limit of 20000 points of cost\.$/,
    ],
  ])('%s', (_what, text, problem) => {
    expect(trusted([{ id: 'a', text }]).problems).toEqual([expect.stringMatching(problem)]);
    expect(trusted([{ id: 'a', text }]).problems.join()).not.toContain('c4n4ry');
    expect(outcome(trusted([{ id: 'a', text }]), { documentId: 'a' })).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('is named among others', () => {
    const { problems } = trusted([...manifest, { id: 'x', text: '{ x }' }, { id: 'y', text: '{ y }' }]);
    expect(problems).toEqual([expect.stringMatching(/^the document x: /), expect.stringMatching(/^the document y: /)]);
  });
});

test.each([
  [
    'first',
    'query Q($n: Int!) { me { friends(first: $n) { nodes { friends(first: $n) { nodes { friends(first: $n) { nodes { id } } } } } } } }',
  ],
  [
    'first with a default',
    'query Q($n: Int! = 100) { me { friends(first: $n) { nodes { friends(first: $n) { nodes { friends(first: $n) { nodes { id } } } } } } } }',
  ],
  [
    'a list of keys',
    'query Q($ids: [ID!]!) { people(ids: $ids) { known(ids: $ids) { known(ids: $ids) { known(ids: $ids) { known(ids: $ids) { id } } } } } }',
  ],
])('a document that costs little with few rows is trusted, whatever it costs with many: %s', (_what, text) => {
  expect(trusted([{ id: 'a', text }]).problems).toEqual([]);
});

describe('an id', () => {
  test.each([
    ['documentId', { documentId: 'feed' }, manifest[2]!.text],
    ['documentId beside null', { documentId: 'feed', extensions: null }, manifest[2]!.text],
    ['persistedQuery', byHash(sha256(me)), me],
    ['persistedQuery with a prefix that the manifest has not', byHash(`sha256:${sha256(me)}`), me],
    ['documentId without the prefix of the manifest', { documentId: sha256(call) }, call],
    ['both', { documentId: `sha256:${sha256(me)}`, ...byHash(sha256(me)) }, me],
    ['an unknown documentId', { documentId: 'Feed' }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['an unknown persistedQuery', byHash(sha256('unknown')), 'PERSISTED_QUERY_NOT_FOUND'],
    ['a name of the prototype', { documentId: '__proto__' }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['another prefix', { documentId: `md5:${sha256(me)}` }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['two ids', { documentId: 'feed', ...byHash(sha256(me)) }, 'BAD_REQUEST'],
    ['a number', { documentId: 5 }, 'BAD_REQUEST'],
    ['an empty id', { documentId: '' }, 'BAD_REQUEST'],
    ['a list', { documentId: ['feed'] }, 'BAD_REQUEST'],
    ['another version', byHash(sha256(me), 2), 'BAD_REQUEST'],
    ['a version that is a text', byHash(sha256(me), '1'), 'BAD_REQUEST'],
    ['a hash that is none', byHash({ toString: 'feed' }), 'BAD_REQUEST'],
    ['a persistedQuery that is no object', { extensions: { persistedQuery: 'feed' } }, 'BAD_REQUEST'],
    ['extensions of something else', { extensions: { other: 1 } }, 'as sent'],
    ['nothing', {}, 'as sent'],
  ])('%s', (_what, sent, expected) => {
    expect([outcome(trusted(manifest, 'only'), sent), outcome(trusted(manifest, 'log'), sent)]).toEqual([
      expected,
      expected,
    ]);
  });

  test('is told as clients of automatic persisted queries read it', () => {
    expect(messageOf(trusted(), byHash('a'))).toBe('PersistedQueryNotFound');
    expect(messageOf(none, byHash('a'))).toBe('PersistedQueryNotSupported');
    expect(outcome(none, byHash('a'))).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
    expect(messageOf(trusted(), { documentId: 'a' })).toMatch(/^No trusted document has this documentId; /);
    expect(messageOf(none, { documentId: 'a' })).toMatch(/^There are no trusted documents here; /);
    expect(outcome(none, { documentId: 'a' })).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });
});

describe('a text', () => {
  const unlisted = 'query Other { me { id } }';
  const sorted =
    'fragment Id on Person { id }, fragment Name on Person { name } # a comment\nquery Me{me{...Name...Id}}';
  test.each<[string, Partial<SentDocument>, string, string]>([
    ['of a trusted document', { query: me }, me, me],
    ['of one that stands in another order and form', { query: sorted }, me, me],
    ['of one, printed', { query: print(parse(call)) }, call, call],
    ['beside its id', { query: sorted, ...byHash(sha256(me)) }, me, me],
    ['beside its own hash, which the manifest does not have', { query: sorted, ...byHash(sha256(sorted)) }, me, me],
    ['beside the id of another', { query: me, documentId: 'feed' }, 'BAD_REQUEST', 'BAD_REQUEST'],
    ['of an unlisted one beside the id of one', { query: unlisted, documentId: 'feed' }, 'BAD_REQUEST', 'BAD_REQUEST'],
    ['that is none, beside an id', { query: '{', documentId: 'feed' }, 'BAD_REQUEST', 'BAD_REQUEST'],
    ['of an unlisted one', { query: unlisted }, 'DOCUMENT_NOT_TRUSTED', 'as sent'],
    [
      'of an unlisted one beside its hash',
      { query: unlisted, ...byHash(sha256(unlisted)) },
      'DOCUMENT_NOT_TRUSTED',
      'as sent',
    ],
    [
      'of other fields in another order',
      { query: 'query Me { me { ...Id ...Name } } fragment Name on Person { name } fragment Id on Person { id }' },
      'DOCUMENT_NOT_TRUSTED',
      'as sent',
    ],
    [
      'with an operation beside a trusted one',
      { query: `${me} query Other { me { id } }` },
      'DOCUMENT_NOT_TRUSTED',
      'as sent',
    ],
    ['that is no GraphQL', { query: '{' }, 'DOCUMENT_NOT_TRUSTED', 'as sent'],
    ['of the router', { query: '{ _service { sdl } }' }, 'DOCUMENT_NOT_TRUSTED', 'as sent'],
    ['of blanks', { query: ' ' }, 'DOCUMENT_NOT_TRUSTED', 'as sent'],
  ])('%s', (_what, sent, inOnly, inLog) => {
    expect(outcome(trusted(manifest, 'only'), sent)).toBe(inOnly);
    expect(outcome(trusted(manifest, 'log'), sent)).toBe(inLog);
    expect(outcome(none, { ...sent, documentId: undefined })).toBe('as sent');
  });

  test('differs from another by what it says in its strings alone', () => {
    const say = (text: string) => `{ me(text: ${text}) { id } }`;
    const of = (text: string) => outcome(trusted([{ id: 'a', text: say('"a  b"') }]), { query: say(text) });
    expect([of('"a  b"'), of('"\\u0061  b"')]).toEqual([say('"a  b"'), say('"a  b"')]);
    expect([of('"a b"'), of('"""a  b"""'), of('"a  b" , of: 1')]).toEqual([
      'DOCUMENT_NOT_TRUSTED',
      say('"a  b"'),
      'DOCUMENT_NOT_TRUSTED',
    ]);
  });

  test('that is not trusted is marked for the log, by a hash without its values', () => {
    const hashOf = (query: string, operationName?: string) => {
      const records = (['only', 'log'] as const).map((mode) => {
        const record = newRecord();
        outcome(trusted(manifest, mode), { query, operationName }, record);
        return record;
      });
      expect(records[0]).toEqual(records[1]);
      return records[0]!;
    };
    const first = hashOf('query Find { me(text: "+12065550100", of: 1, with: 1.5) { id } }');
    expect(first).toMatchObject({ operationName: 'Find', untrustedDocument: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const others = ['text: "+12065550101", of: 2, with: 2', 'text: """+12065550102""", of: 3, with: 1e9'];
    for (const values of others) expect(hashOf(`query Find { me(${values}) { id } }`)).toEqual(first);
    expect(hashOf('query Find { me(text: "+12065550100", of: 1) { id } }')).not.toEqual(first);
    expect(hashOf('query A { me { id } } query B { me { id } }', 'B').operationName).toBe('B');
    expect(hashOf(me)).toEqual(newRecord());
    expect(hashOf('{')).toEqual(newRecord());
  });
});

test('the query of a request is empty beside an id alone', () => {
  expect(queryOf({ documentId: 'a' })).toBe('');
  expect(queryOf({ query: null, ...byHash('a') })).toBe('');
  expect(queryOf({ query: '{ me { id } }', documentId: 'a' })).toBe('{ me { id } }');
  expect(queryOf({ query: 5, documentId: 'a' })).toBe(5);
  expect([queryOf({}), queryOf({ extensions: {} }), queryOf({ documentId: null })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('a parsed document is found by the hash of its text', () => {
  expect(trusted().byHash(sha256(call))).toEqual(parse(call));
  expect(trusted().byHash('feed')).toBeUndefined();
});
