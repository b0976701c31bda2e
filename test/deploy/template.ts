import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument, type CollectionTag, type ScalarTag } from 'yaml';

/** A CloudFormation template, its intrinsic functions in their long form. */
export interface Template {
  readonly [section: string]: unknown;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** The text of the template in `deploy`. */
export const templateText = readFileSync(resolve(import.meta.dirname, '../../deploy/contact-events.yaml'), 'utf8');

const functions = ['Ref', 'GetAtt', 'If', 'Not', 'Equals'];
const longName = (name: string) => (name === 'Ref' ? name : `Fn::${name}`);

const ofText = functions.map((name): ScalarTag => ({
  tag: `!${name}`,
  resolve: (text) => ({ [longName(name)]: name === 'GetAtt' ? text.split('.') : text }),
}));

const ofList = functions.map((name): CollectionTag => ({
  tag: `!${name}`,
  collection: 'seq',
  resolve: (list) => ({ [longName(name)]: list }),
}));

/** Reads the YAML of a template; throws where it is none, or uses a function that is not among those known here. */
export function readTemplate(text: string): Template {
  const document = parseDocument(text, { customTags: [...ofText, ...ofList] });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw problem;
  return JSON.parse(JSON.stringify(document)) as Template;
}
