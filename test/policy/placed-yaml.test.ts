import { expect, test } from '@jest/globals';
import { parseYaml } from '../../src/policy/placed-yaml.js';
import { problemText } from '../../src/policy/problems.js';

function read(text: string) {
  const yaml = parseYaml('a.yaml', text);
  return 'problems' in yaml ? yaml.problems.map(problemText) : yaml.content;
}

test.each([
  ['a number of eight', 'tenants: { 0123: a }', { tenants: { '0123': 'a' } }],
  ['a number with an exponent', 'tenants: { 1e3: a }', { tenants: { '1e3': 'a' } }],
  ['true', 'tenants: { true: a }', { tenants: { true: 'a' } }],
  ['a merge key in quotes', "tenants: { '<<': a }", { tenants: { '<<': 'a' } }],
  ['an alias of a value', 'a: &a { b: 1 }\nc: *a', { a: { b: 1 }, c: { b: 1 } }],
])('%s stays what is written', (_title, text, content) => {
  expect(read(text)).toEqual(content);
});

test.each([
  ['a key that is there twice, once in quotes', "1: a\n'1': b", /^a\.yaml:2:1: is no YAML: Map keys must be unique/],
  ['a key that is a list', '? [a, b]\n: c', /^a\.yaml:1:3: is no YAML: With stringKeys, all keys must be strings/],
  ['a merge key', 'a: &a { b: 1 }\nc:\n  <<: *a', /^a\.yaml:3:3: << merges nothing here; write the values out$/],
  ['a tag of somebody', 'a: !include b.yaml', /^a\.yaml:1:4: is no YAML: Unresolved tag: !include$/],
  ['a tag of a set', 'a: !!set { b, c }', /^a\.yaml:1:4: is no YAML: Unresolved tag: tag:yaml\.org,2002:set$/],
  ['an alias of nothing', 'a:\n  b: *c', /^a\.yaml:2:6: \*c is an alias of nothing before it$/],
  ['older YAML', '%YAML 1.1\n---\na: no', /^a\.yaml:1:1: is YAML 1\.1; leave the line %YAML out, for YAML 1\.2$/],
  ['a directive that is none', '%POLICY 1\n---\na: b', /^a\.yaml:1:1: is no YAML: Unknown directive %POLICY$/],
  ['two documents', 'a: b\n---\nc: d', /^a\.yaml:2:1: is no YAML: Source contains multiple documents/],
  [
    'very many aliases',
    `a: &a [1]\nb: [${Array.from({ length: 101 }, () => '*a').join()}]`,
    /^a\.yaml:1:1: has more aliases than are followed; write the values out$/,
  ],
])('%s is told with its place', (_title, text, problem) => {
  expect(read(text)).toEqual([expect.stringMatching(problem)]);
});
