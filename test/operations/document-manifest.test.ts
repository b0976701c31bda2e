import { describe, expect, test } from '@jest/globals';
import { readManifest } from '../../src/operations/document-manifest.js';

const apollo = (operations: unknown, rest: object = {}) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations, ...rest });
const hash = 'a'.repeat(64);

describe('reads', () => {
  test("Apollo's persisted query manifest", () => {
    const operations = [
      { id: hash, name: 'One', type: 'query', body: 'query One { one }', clientName: null },
      { id: 'Two:mutation', name: 'Two', type: 'mutation', body: 'mutation Two { two }' },
    ];
    expect(readManifest(apollo(operations))).toEqual({
      documents: [
        { id: hash, text: 'query One { one }' },
        { id: 'Two:mutation', text: 'mutation Two { two }' },
      ],
      problems: [],
    });
  });

  test.each([
    ["graphql-codegen's client preset, whose hashes have a prefix", `sha256:${hash}`],
    ['an earlier client preset, with SHA-1', 'b'.repeat(40)],
    ['relay-compiler, with MD5', 'c'.repeat(32)],
    ['somebody with a name of the prototype', '__proto__'],
  ])('the documents by id of %s', (_who, id) => {
    const text = 'query One { say(text: "\\" {") }';
    expect(readManifest(`{ ${JSON.stringify(id)}: ${JSON.stringify(text)} }`)).toEqual({
      documents: [{ id, text }],
      problems: [],
    });
  });
});

describe('says what is wrong:', () => {
  test.each<[string, string, RegExp]>([
    ['no JSON', 'query One { one }', /^it is not JSON\.$/],
    ['a list', '[]', /^it is neither an object of documents by their ids nor \{"format"/],
    ['null', 'null', /^it is neither/],
    ['another version', apollo([], { version: 2 }), /^it is neither/],
    ['another format', apollo([], { format: 'another' }), /^it is neither/],
    ['operations by id', apollo({ a: { body: '{ one }' } }), /^it is neither/],
    ['no documents', '{}', /^it has no document\.$/],
    ['no operations', apollo([]), /^it has no document\.$/],
    ['an id that is left out', apollo([{ body: '{ one }' }]), /^the id of document 1 must be a text of 1 to 256/],
    ['an id that is no text', apollo([{ id: 1, body: '{ one }' }]), /^the id of document 1 must be/],
    ['an id with a space', '{ "a b": "{ one }" }', /^the id of document 1 must be/],
    ['an empty id', '{ "": "{ one }" }', /^the id of document 1 must be/],
    ['an id of 257 characters', `{ "${'a'.repeat(257)}": "{ one }" }`, /^the id of document 1 must be/],
    ['an operation that is none', apollo([null]), /^the id of document 1 must be/],
    ['a document that is left out', apollo([{ id: 'a' }]), /^the document a must be a text that is not empty\.$/],
    ['an empty document', '{ "a": " " }', /^the document a must be a text/],
    ['a document that is no text', '{ "b": { "name": "One", "source": "{ one }" } }', /^the document b must be a text/],
    ['an id twice', apollo([1, 2].map(() => ({ id: 'a', body: '{ one }' }))), /^the id a is there more than once\.$/],
    ['a member twice', '{ "a": "{ one }", "\\u0061": "{ two }" }', /^the id a is there more than once\.$/],
    [
      'an id without its prefix and with it',
      JSON.stringify({ [hash]: '{ one }', [`sha256:${hash}`]: '{ two }' }),
      /^the id sha256:a{64} is there more than once\.$/,
    ],
    [
      'an id with its prefix and without',
      JSON.stringify({ [`sha256:${hash}`]: '{ one }', [hash]: '{ two }' }),
      /^the id a{64} is there more than once\.$/,
    ],
  ])('%s', (_what, json, problem) => {
    expect(readManifest(json).problems).toEqual([expect.stringMatching(problem)]);
  });

  test('all of it at once', () => {
    expect(readManifest('{ "a": 1, " ": "{ one }", "b": "" }').problems).toHaveLength(3);
  });
});
