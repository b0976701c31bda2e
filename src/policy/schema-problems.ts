import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { PolicyDocument } from './policy-document.js';
import { describedCallSchema, policySchema, type Schema } from './policy-schema.js';
import type { DocumentPath, Problem } from './problems.js';
import { daysPattern } from './weekly-hours.js';

const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
let ofPolicies: ValidateFunction | undefined;
let ofCalls: ValidateFunction | undefined;

/** What of a document does not fit the JSON Schema, all of it; none where the document is a PolicyDocument. */
export function schemaProblems(document: unknown): readonly Problem[] {
  ofPolicies ??= ajv.compile(policySchema);
  return problemsBy(ofPolicies, document);
}

/** The same of a call that somebody describes, as the tests of a policy do; none where it is a DescribedCall. */
export function describedCallProblems(call: unknown): readonly Problem[] {
  ofCalls ??= ajv.compile(describedCallSchema);
  return problemsBy(ofCalls, call);
}

function problemsBy(validate: ValidateFunction, value: unknown): readonly Problem[] {
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  // Of a value that may be one of several kinds it is told once which these are, and what is wrong within the one that it is.
  const choices = new Set(errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath));
  const problems = errors
    .filter(({ keyword, instancePath }) => keyword === 'anyOf' || !choices.has(instancePath))
    .flatMap((error) => problemOf(error, value) ?? []);
  const texts = problems.map((problem) => JSON.stringify(problem));
  return problems.filter((_problem, index) => texts.indexOf(texts[index]!) === index);
}

/** The keys of rules in shadow that this version cannot evaluate, each with what it knows there. */
export function keysNotEvaluated({ rules = [] }: PolicyDocument): readonly Problem[] {
  const schema = policySchema.properties!.rules!.items!;
  return rules.flatMap((rule, index) => unknownKeys(schema, rule, ['rules', index]));
}

function unknownKeys(schema: Schema, value: unknown, path: DocumentPath): readonly Problem[] {
  const { properties = {}, patternProperties = {}, items } = schema;
  if (Array.isArray(value)) {
    return items ? value.flatMap((one, index) => unknownKeys(items, one, [...path, index])) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const [pattern, ofPattern] = Object.entries(patternProperties)[0] ?? [];
  return Object.entries(value).flatMap(([key, one]) => {
    const isOfPattern = pattern !== undefined && new RegExp(pattern).test(key);
    const known = Object.hasOwn(properties, key) ? properties[key] : isOfPattern ? ofPattern : undefined;
    if (known) return unknownKeys(known, one, [...path, key]);
    const effect = path.includes('when') ? 'and so the rule judges no call' : 'and changes nothing';
    const names = [...Object.keys(properties), ...(pattern === undefined ? [] : [days])].join(', ');
    const message = `cannot be evaluated by this version, ${effect}; known here are: ${names}`;
    return [{ path: [...path, key], isOfKey: true, message }];
  });
}

const days = 'days such as sun, or some in a row such as mon-fri';

function problemOf(error: ErrorObject, document: unknown): Problem | undefined {
  const { keyword, instancePath, propertyName } = error;
  const params = error.params as Readonly<Record<string, unknown>>;
  const path = pathFrom(instancePath, document);
  const schema: Schema | undefined = error.parentSchema;
  const meant = typeof schema?.description === 'string' ? ` ${schema.description}` : '';
  switch (keyword) {
    case 'required':
      return { path, message: `has no ${String(params.missingProperty)}, which is required` };
    case 'additionalProperties': {
      const known = schema?.patternProperties ? days : Object.keys(schema?.properties ?? {}).join(', ');
      const key = String(params.additionalProperty);
      return { path: [...path, key], isOfKey: true, message: `is no key of this place; these are: ${known}` };
    }
    case 'propertyNames':
      return undefined;
    case 'enum':
    case 'pattern':
      if (propertyName !== undefined) {
        const allowed = params.allowedValues as readonly string[] | undefined;
        const pattern = String(params.pattern);
        const may = allowed
          ? `these are: ${allowed.join(', ')}`
          : `these are: ${pattern === daysPattern ? days : pattern}`;
        return { path: [...path, propertyName], isOfKey: true, message: `is no key of this place; ${may}` };
      }
      if (keyword === 'pattern') return { path, message: `must be written as described:${meant}` };
      return { path, message: `must be one of ${(params.allowedValues as readonly unknown[]).join(', ')}` };
    case 'const':
      return { path, message: `must be ${String(params.allowedValue)}` };
    case 'type':
      return { path, message: `must be of type ${String(params.type)}.${meant}` };
    case 'anyOf':
      return { path, message: `must be one of these:${meant}` };
    case 'if':
      return undefined;
    default:
      return { path, message: `${error.message ?? 'does not fit'}.${meant}` };
  }
}

function pathFrom(pointer: string, document: unknown): DocumentPath {
  const path: (string | number)[] = [];
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  }
  return path;
}
