import { refusal } from './errors.js';

/** One broken rule of a request; the stages are reported in this order, each only when the ones before it are clean. */
export interface Problem {
  readonly stage: 'missing' | 'type' | 'constraint';
  readonly message: string;
}

/** How a value arrives in a query string. */
type Kind = 'text' | 'number' | 'flag' | 'list' | 'map' | 'structure';

/** The declared form of one value: adds what is wrong with it to `problems`; the value read is good only when there are none. */
export interface Shape<T> {
  readonly kind: Kind;
  read(value: unknown, at: string, problems: Problem[]): T;
}

interface Required<T> extends Shape<T> {
  readonly isRequired: true;
}

/** Members of a structure by name. */
export type Members = Readonly<Record<string, Shape<unknown>>>;
type RequiredKeys<M extends Members> = { [K in keyof M]: M[K] extends { isRequired: true } ? K : never }[keyof M];
type Fields<M extends Members> = { readonly [K in RequiredKeys<M>]: Value<M[K]> } & {
  readonly [K in Exclude<keyof M, RequiredKeys<M>>]?: Value<M[K]>;
};

/** What a shape reads. */
export type Value<S> = S extends Shape<infer T> ? T : never;

/** A structure, whose members are declared by name. */
export interface Structure<M extends Members> extends Shape<Fields<M>> {
  readonly members: M;
}

interface Size {
  readonly min?: number;
  readonly max?: number;
}

function sized(size: number, { min = 0, max = Infinity }: Size, at: string, problems: Problem[]): void {
  if (size < min || size > max) {
    const limits = max === Infinity ? `at least ${min}` : `between ${min} and ${max}`;
    problems.push({ stage: 'constraint', message: `${at}: the length must be ${limits}` });
  }
}

function wrongType(at: string, expected: string, problems: Problem[]): void {
  problems.push({ stage: 'type', message: `${at} must be ${expected}` });
}

/** A string; its length counts characters, as Smithy does. */
export function text(rule: Size & { readonly pattern?: RegExp } = {}): Shape<string> {
  return {
    kind: 'text',
    read(value, at, problems) {
      if (typeof value !== 'string') {
        wrongType(at, 'a string', problems);
        return '';
      }
      sized(Array.from(value).length, rule, at, problems);
      if (rule.pattern && !rule.pattern.test(value)) {
        problems.push({ stage: 'constraint', message: `${at} must satisfy the pattern ${rule.pattern.source}` });
      }
      return value;
    },
  };
}

/** One of a few strings. */
export function choice<const V extends string>(...values: readonly V[]): Shape<V> {
  return {
    kind: 'text',
    read(value, at, problems) {
      if (typeof value !== 'string') wrongType(at, 'a string', problems);
      else if (!values.includes(value as V)) {
        problems.push({ stage: 'constraint', message: `${at} must be one of ${values.join(', ')}` });
      }
      return value as V;
    },
  };
}

function number(isNumber: (value: unknown) => boolean, what: string, rule: Size): Shape<number> {
  return {
    kind: 'number',
    read(value, at, problems) {
      const { min = -Infinity, max = Infinity } = rule;
      if (!isNumber(value)) wrongType(at, what, problems);
      else if ((value as number) < min || (value as number) > max) {
        const limits = max === Infinity ? `at least ${min}` : `between ${min} and ${max}`;
        problems.push({ stage: 'constraint', message: `${at} must be ${limits}` });
      }
      return value as number;
    },
  };
}

/** A whole number. */
export function whole(rule: Size = {}): Shape<number> {
  return number(Number.isInteger, 'an integer', rule);
}

/** A number, with a fraction or without. */
export function amount(rule: Size = {}): Shape<number> {
  return number(Number.isFinite, 'a number', rule);
}

/** A moment as JSON carries it: seconds since the epoch, with a fraction or without. */
export function instant(): Shape<number> {
  return number(Number.isFinite, 'a timestamp in epoch seconds', {});
}

/** True or false. */
export function flag(): Shape<boolean> {
  return {
    kind: 'flag',
    read(value, at, problems) {
      if (typeof value !== 'boolean') wrongType(at, 'a boolean', problems);
      return value === true;
    },
  };
}

/** An array of one shape. */
export function list<T>(item: Shape<T>, size: Size = {}): Shape<readonly T[]> {
  return {
    kind: 'list',
    read(value, at, problems) {
      if (!Array.isArray(value)) {
        wrongType(at, 'a list', problems);
        return [];
      }
      sized(value.length, size, at, problems);
      return value.map((one: unknown, index) => item.read(one, `${at}[${index}]`, problems));
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON object used as a map; read into a `Map`, so that no key can reach an object's prototype. */
export function map<T>(key: Shape<string>, item: Shape<T>, size: Size = {}): Shape<ReadonlyMap<string, T>> {
  return {
    kind: 'map',
    read(value, at, problems) {
      const entries = new Map<string, T>();
      if (!isObject(value)) wrongType(at, 'a map', problems);
      else {
        for (const [name, one] of Object.entries(value)) {
          if (one === null) continue;
          key.read(name, `a key of ${at}`, problems);
          entries.set(name, item.read(one, `a value of ${at}`, problems));
        }
        sized(entries.size, size, at, problems);
      }
      return entries;
    },
  };
}

/** Anything at all, not looked into. */
export function unread(): Shape<unknown> {
  return { kind: 'structure', read: (value) => value };
}

/** A member that must be there. */
export function required<T>(shape: Shape<T>): Required<T> {
  return { ...shape, isRequired: true };
}

/** A shape that contains itself. */
export function recursive<T>(shape: () => Shape<T>): Shape<T> {
  return { kind: 'structure', read: (value, at, problems) => shape().read(value, at, problems) };
}

/** A JSON object with named members; `null` counts as absent, members that are not declared are ignored. */
export function structure<const M extends Members>(members: M): Structure<M> {
  return {
    kind: 'structure',
    members,
    read(value, at, problems) {
      const fields: Record<string, unknown> = {};
      if (!isObject(value)) wrongType(at || 'the request', 'an object', problems);
      else {
        for (const [name, shape] of Object.entries(members)) {
          const place = at ? `${at}.${name}` : name;
          const given = Object.hasOwn(value, name) ? value[name] : undefined;
          if (given !== undefined && given !== null) fields[name] = shape.read(given, place, problems);
          else if ('isRequired' in shape) problems.push({ stage: 'missing', message: `${place} is required` });
        }
      }
      return fields as Fields<M>;
    },
  };
}

/** A structure that a person writes by hand: a name that is not declared is refused, and `null` counts as a value. `what` is a member's word. */
export function exact<const M extends Members>(what: string, members: M): Structure<M> {
  const declared = structure(members);
  return {
    ...declared,
    read(value, at, problems) {
      if (!isObject(value)) {
        wrongType(at || `the ${what}s`, 'an object', problems);
        return {} as Fields<M>;
      }
      for (const [name, given] of Object.entries(value)) {
        const place = at ? `${at}.${name}` : name;
        if (!Object.hasOwn(members, name)) {
          problems.push({ stage: 'constraint', message: `there is no ${what} ${place}` });
        } else if (given === null) members[name]!.read(given, place, problems);
      }
      return declared.read(value, at, problems);
    },
  };
}

/** A whole request read by its shape. Throws the `ServiceError` of the earliest stage that found a problem. */
export function readRequest<T>(shape: Shape<T>, request: unknown): T {
  const problems: Problem[] = [];
  const input = shape.read(request, '', problems);
  for (const stage of ['missing', 'type', 'constraint'] as const) {
    const found = problems.filter((problem) => problem.stage === stage).map(({ message }) => message);
    if (found.length === 0) continue;
    const type = {
      missing: 'InvalidRequestException',
      type: 'SerializationException',
      constraint: 'InvalidParameterException',
    } as const;
    throw refusal(type[stage], found.join('; '));
  }
  return input;
}
