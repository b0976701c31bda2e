import { compilePolicy } from './compile-policy.js';
import { idleSettings } from './idle-settings.js';
import { earliestMs, latestMs } from './instants.js';
import type { Grant, PolicyDocument } from './policy-document.js';
import type { DocumentPath, Problem } from './problems.js';
import { HoursProblem, WeeklyHours, type HoursByDay } from './weekly-hours.js';

/** What is known of the world, so that a policy cannot name what does not exist and hope that it refuses. */
export interface KnownNames {
  readonly regions: ReadonlySet<string>;
  readonly callingCodes: ReadonlySet<string>;
  /** States and provinces of area codes. */
  readonly states: ReadonlySet<string>;
}

/** What a document that fits the JSON Schema says and cannot mean. */
export function meaningProblems(document: PolicyDocument, known: KnownNames): readonly Problem[] {
  const problems = [
    ...namesIn(document).flatMap(({ path, kind, name }) => unknownName(document, known, path, kind, name)),
    ...hoursIn(document).flatMap(({ path, hours }) => hoursProblem(path, hours)),
    ...instantsIn(document).flatMap(({ path, text }) =>
      Number.isNaN(earliestMs(text)) ? [{ path, message: 'is a day or time that the calendar does not have' }] : [],
    ),
    ...repeatedIds(document),
    ...neverValid(document),
    ...widened(document),
  ];
  if (problems.length > 0) return problems;
  // What checks there are is known once all else is right.
  const checkIds = compilePolicy(document, '').checks.map(({ id }) => id);
  return [...idleSettings(document, checkIds), ...grantProblems(document, new Set(checkIds))];
}

type NameKind = 'region' | 'callingCode' | 'areaCodeState' | 'purpose' | 'list';

interface Named {
  readonly path: DocumentPath;
  readonly kind: NameKind;
  readonly name: string;
}

function namesIn(document: PolicyDocument): readonly Named[] {
  const { defaults, rules = [], trafficTypes = {}, tenants = {}, tests } = document;
  return [
    ...destinationNames(['defaults', 'destination'], defaults.destination),
    ...named(['defaults', 'lists'], 'list', defaults.lists),
    ...rules.flatMap(({ destination, lists, when }, index) => [
      ...destinationNames(['rules', index, 'destination'], destination),
      ...named(['rules', index, 'lists'], 'list', lists),
      ...conditionNames(['rules', index, 'when'], when),
      ...(when?.anyOf ?? []).flatMap((term, at) => conditionNames(['rules', index, 'when', 'anyOf', at], term)),
    ]),
    ...Object.entries(trafficTypes).flatMap(([type, { purposes }]) =>
      named(['trafficTypes', type, 'purposes'], 'purpose', purposes),
    ),
    ...Object.entries(tenants).flatMap(([tenant, { destination, purposes, grants = [] }]) => [
      ...destinationNames(['tenants', tenant, 'destination'], destination),
      ...named(['tenants', tenant, 'purposes'], 'purpose', purposes),
      ...grants.flatMap(({ purpose }, index) =>
        named(['tenants', tenant, 'grants', index, 'purpose'], 'purpose', purpose),
      ),
    ]),
    ...tests.flatMap(({ purpose }, index) => named(['tests', index, 'purpose'], 'purpose', purpose)),
  ];
}

function destinationNames(path: DocumentPath, settings: PolicyDocument['defaults']['destination']): readonly Named[] {
  return [
    ...named([...path, 'regions'], 'region', settings?.regions),
    ...named([...path, 'callingCodes'], 'callingCode', settings?.callingCodes),
  ];
}

function conditionNames(path: DocumentPath, term: Readonly<Record<string, unknown>> | undefined): readonly Named[] {
  return (['region', 'callingCode', 'areaCodeState', 'purpose'] as const).flatMap((fact) =>
    named([...path, fact], fact, term?.[fact] as string | readonly string[] | undefined),
  );
}

function named(path: DocumentPath, kind: NameKind, names: string | readonly string[] | undefined): readonly Named[] {
  if (names === undefined) return [];
  if (typeof names === 'string') return [{ path, kind, name: names }];
  return names.map((name, index) => ({ path: [...path, index], kind, name }));
}

function unknownName(
  { purposes = {}, lists = {} }: PolicyDocument,
  { regions, callingCodes, states }: KnownNames,
  path: DocumentPath,
  kind: NameKind,
  name: string,
): readonly Problem[] {
  switch (kind) {
    case 'region':
      return regions.has(name) ? [] : [{ path, message: `${name} is no country of ISO 3166-1 that has phone numbers` }];
    case 'callingCode':
      return callingCodes.has(name) ? [] : [{ path, message: `+${name} is no calling code` }];
    case 'areaCodeState':
      return states.has(name) ? [] : [{ path, message: `${name} is no state or province that has an area code` }];
    case 'purpose':
      return Object.hasOwn(purposes, name) ? [] : [{ path, message: `${name} is not in purposes; add it there first` }];
    case 'list':
      return Object.hasOwn(lists, name) ? [] : [{ path, message: `${name} is not in lists; add it there first` }];
  }
}

function hoursIn(document: PolicyDocument): readonly { readonly path: DocumentPath; readonly hours: HoursByDay }[] {
  const { defaults, rules = [], trafficTypes = {}, tenants = {} } = document;
  const of = (path: DocumentPath, hours: HoursByDay | undefined) => (hours ? [{ path, hours }] : []);
  return [
    ...of(['defaults', 'hours', 'open'], defaults.hours?.open),
    ...rules.flatMap(({ hours }, index) => of(['rules', index, 'hours'], hours)),
    ...Object.entries(trafficTypes).flatMap(([type, { hours }]) =>
      of(['trafficTypes', type, 'hours', 'open'], hours?.open),
    ),
    ...Object.entries(tenants).flatMap(([tenant, { hours }]) => of(['tenants', tenant, 'hours', 'open'], hours?.open)),
  ];
}

function hoursProblem(path: DocumentPath, hours: HoursByDay): readonly Problem[] {
  try {
    new WeeklyHours(hours);
    return [];
  } catch (error) {
    if (!(error instanceof HoursProblem)) throw error;
    return [{ path, message: error.message }];
  }
}

function instantsIn(document: PolicyDocument): readonly { readonly path: DocumentPath; readonly text: string }[] {
  const { rules = [], tenants = {}, tests } = document;
  const of = (path: DocumentPath, text: string | undefined) => (text === undefined ? [] : [{ path, text }]);
  return [
    ...rules.flatMap(({ validFrom, validUntil }, index) => [
      ...of(['rules', index, 'validFrom'], validFrom),
      ...of(['rules', index, 'validUntil'], validUntil),
    ]),
    ...Object.entries(tenants).flatMap(([tenant, { grants = [] }]) =>
      grants.flatMap(({ until }, index) => of(['tenants', tenant, 'grants', index, 'until'], until)),
    ),
    ...tests.flatMap(({ at }, index) => of(['tests', index, 'at'], at)),
  ];
}

function neverValid({ rules = [] }: PolicyDocument): readonly Problem[] {
  return rules.flatMap(({ validFrom, validUntil }, index) =>
    validFrom !== undefined && validUntil !== undefined && latestMs(validUntil) <= earliestMs(validFrom)
      ? [
          {
            path: ['rules', index, 'validUntil'],
            message: `is before validFrom, ${validFrom}: the rule would never hold`,
          },
        ]
      : [],
  );
}

/** Tests of tenants that the policy does not name, which may be meant, or misspelled. */
export function tenantsNotNamed({ tenants, tests }: PolicyDocument): readonly Problem[] {
  if (!tenants) return [];
  return tests.flatMap(({ as }, index) =>
    Object.hasOwn(tenants, as)
      ? []
      : [{ path: ['tests', index, 'as'], message: `${as} is not in tenants: what holds for every tenant is tested` }],
  );
}

function repeatedIds({ defaults, rules = [], tenants = {} }: PolicyDocument): readonly Problem[] {
  return [
    ...repeated(['rules'], rules),
    ...repeated(['defaults', 'frequency'], defaults.frequency ?? []),
    ...Object.entries(tenants).flatMap(([tenant, { frequency = [] }]) =>
      repeated(['tenants', tenant, 'frequency'], frequency),
    ),
  ];
}

function repeated(path: DocumentPath, items: readonly { readonly id: string }[]): readonly Problem[] {
  return items.flatMap(({ id }, index) =>
    items.findIndex((other) => other.id === id) < index
      ? [{ path: [...path, index, 'id'], message: `${id} is there twice; each has an id of its own` }]
      : [],
  );
}

/** A tenant who names what the defaults refuse would be told by nobody that it stays refused. */
function widened({ defaults, tenants = {} }: PolicyDocument): readonly Problem[] {
  return Object.entries(tenants).flatMap(([tenant, { destination = {} }]) =>
    (['callingCodes', 'regions', 'lineTypes'] as const).flatMap((key) => {
      const allowed = defaults.destination?.[key];
      return (destination[key] ?? []).flatMap((name, index) =>
        allowed === undefined || allowed.includes(name)
          ? []
          : [
              {
                path: ['tenants', tenant, 'destination', key, index],
                message: `${name} is not in defaults.destination.${key}: a tenant only narrows`,
              },
            ],
      );
    }),
  );
}

function grantProblems(document: PolicyDocument, ids: ReadonlySet<string>): readonly Problem[] {
  return Object.entries(document.tenants ?? {}).flatMap(([tenant, { grants = [] }]) =>
    grants.flatMap(({ lifts }: Grant, index) =>
      ids.has(lifts)
        ? []
        : [
            {
              path: ['tenants', tenant, 'grants', index, 'lifts'],
              message: `${lifts} is no check of this policy; these are: ${[...ids].join(', ')}`,
            },
          ],
    ),
  );
}
