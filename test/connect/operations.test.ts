import * as sdk from '@aws-sdk/client-connect';
import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { operations } from '../../src/connect/operations.js';

const src = resolve(import.meta.dirname, '../../src');
const names = Object.keys(operations);

/** The values, not the types, that a file imports from the SDK of Connect. */
function importedFromSdk(file: string): readonly string[] {
  const { statements } = ts.createSourceFile(file, readFileSync(join(src, file), 'utf8'), ts.ScriptTarget.Latest);
  return statements.filter(ts.isImportDeclaration).flatMap(({ moduleSpecifier, importClause }) => {
    const bindings = importClause?.namedBindings;
    if (!ts.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== '@aws-sdk/client-connect') return [];
    if (!bindings || importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
    // Of a namespace nobody could tell what is used.
    if (!ts.isNamedImports(bindings)) return [`all of the SDK in ${file}`];
    return bindings.elements.flatMap((one) => (one.isTypeOnly ? [] : [(one.propertyName ?? one.name).text]));
  });
}

test('the table has every operation that a command of the code is for, and no other', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const used = new Set(files.flatMap(importedFromSdk));
  const commands = [...used].filter((name) => name.endsWith('Command') || name.startsWith('all of'));
  expect(commands.sort()).toEqual(names.map((name) => `${name}Command`).sort());
});

test('the table has the names of the SDK', () => {
  expect(names.filter((name) => !Object.hasOwn(sdk, `${name}Command`))).toEqual([]);
});

test('one operation places a call', () => {
  const starting = Object.entries(operations).filter(([, { kind }]) => kind === 'start');
  expect(starting.map(([name]) => name)).toEqual(['StartOutboundVoiceContact']);
});

test('recordings are what Connect does not take twice', () => {
  const once = Object.entries(operations).filter(([, one]) => one.kind === 'change' && !one.isIdempotent);
  expect(once.map(([name]) => name)).toEqual(names.filter((name) => name.endsWith('Recording')));
});
