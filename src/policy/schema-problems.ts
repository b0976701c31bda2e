import { Ajv, type ErrorObject } from 'ajv';
import type { PolicyDocument } from './policy-document.js';
import { policySchema, type Schema } from './policy-schema.js';
import type { DocumentPath, Problem } from './problems.js';

let compiled: ReturnType<Ajv['compile']> | undefined;

/** What of a document does not fit the JSON Schema, all of it; none where the document is a PolicyDocument. */
export function schemaProblems(document: unknown): readonly Problem[] {
  compiled ??= new Ajv({ allErrors: true, strict: false, verbose: true }).compile(policySchema);
  if (compiled(document)) return [];
  const errors = compiled.errors ?? [];
  const problems = errors.flatMap((error) => problemOf(error, document) ?? []);
  // Where a value may be one of several kinds, each kind that it is not has its own errors: the deepest one says most.
  const seen = new Set<string>();
  return problems.filter(({ path, message }) => {
    const key = JSON.stringify([path, message]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Keys of rules that are in shadow which this version cannot evaluate. */
export function keysNotEvaluated({ rules = [] }: PolicyDocument): readonly DocumentPath[] {
  const schema = policySchema.properties!.rules!.items!;
  return rules.flatMap((rule, index) => unknownKeys(schema, rule, ['rules', index]));
}

function unknownKeys(schema: Schema, value: unknown, path: DocumentPath): readonly DocumentPath[] {
  const { properties = {}, patternProperties = {}, items } = schema;
  if (Array.isArray(value)) {
    return items ? value.flatMap((one, index) => unknownKeys(items, one, [...path, index])) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const [pattern, ofPattern] = Object.entries(patternProperties)[0] ?? [];
  return Object.entries(value).flatMap(([key, one]) => {
    const isOfPattern = pattern !== undefined && new RegExp(pattern).test(key);
    const known = Object.hasOwn(properties, key) ? properties[key] : isOfPattern ? ofPattern : undefined;
    return known ? unknownKeys(known, one, [...path, key]) : [[...path, key]];
  });
}

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
      const known = Object.keys(schema?.properties ?? {}).join(', ');
      const key = String(params.additionalProperty);
      return { path: [...path, key], isOfKey: true, message: `is no key of this place; these are: ${known}` };
    }
    case 'propertyNames':
      return undefined;
    case 'enum':
    case 'pattern':
      if (propertyName !== undefined) {
        const allowed = params.allowedValues as readonly string[] | undefined;
        const may = allowed ? `these are: ${allowed.join(', ')}` : `it must match ${String(params.pattern)}`;
        return { path: [...path, propertyName], isOfKey: true, message: `is no key of this place; ${may}` };
      }
      if (keyword === 'pattern') return { path, message: `is written otherwise.${meant}` };
      return { path, message: `must be one of ${(params.allowedValues as readonly unknown[]).join(', ')}` };
    case 'const':
      return { path, message: `must be ${String(params.allowedValue)}` };
    case 'type':
      return { path, message: `must be of type ${String(params.type)}.${meant}` };
    case 'anyOf':
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
