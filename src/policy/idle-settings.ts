import type { PolicyDocument, RuleSettings } from './policy-document.js';
import type { DocumentPath, Problem } from './problems.js';

/** What a policy says and nothing would ever ask: whoever wrote it believes that it refuses calls. `checkIds` are those of the whole policy. */
export function idleSettings(document: PolicyDocument, checkIds: readonly string[]): readonly Problem[] {
  const { rules = [] } = document;
  if (checkIds.length === 0 && rules.length === 0) {
    return [{ path: ['defaults'], message: 'have no check, and nothing else has one: every call would be allowed' }];
  }
  return [
    ...rules.flatMap((rule, index) => idleRule(rule, ['rules', index], checkIds)),
    ...capsOfAllTenants(document),
    ...listsNobodyAsks(document),
    ...marginsOfNothing(document),
    ...belongings(document),
  ];
}

/** A rule in shadow may hold what only a later version evaluates, and one that is off is meant to be idle. */
function idleRule({ id, mode }: RuleSettings, path: DocumentPath, checkIds: readonly string[]): readonly Problem[] {
  if (mode === 'shadow' || mode === 'off' || checkIds.some((checkId) => checkId.startsWith(`rules.${id}.`))) return [];
  return [{ path, message: 'demands nothing of a call; write what it does, such as hours, or remove it' }];
}

function capsOfAllTenants({ defaults: { frequency = [] } }: PolicyDocument): readonly Problem[] {
  return frequency.flatMap(({ per, scope }, index) =>
    per === 'tenant' && scope === 'all'
      ? [
          {
            path: ['defaults', 'frequency', index, 'scope'],
            message: 'is for caps per destination: a cap per tenant counts for each tenant alone',
          },
        ]
      : [],
  );
}

function listsNobodyAsks({ lists = {}, defaults, rules = [] }: PolicyDocument): readonly Problem[] {
  const asked = new Set([...(defaults.lists ?? []), ...rules.flatMap((rule) => rule.lists ?? [])]);
  return Object.keys(lists).flatMap((name) =>
    asked.has(name)
      ? []
      : [
          {
            path: ['lists', name],
            isOfKey: true,
            message: 'is asked by no check; name it in defaults.lists or in the lists of a rule',
          },
        ],
  );
}

function marginsOfNothing({ trafficTypes = {}, defaults }: PolicyDocument): readonly Problem[] {
  return Object.entries(trafficTypes).flatMap(([type, { hours }]) =>
    hours && !hours.open && !defaults.hours
      ? [
          {
            path: ['trafficTypes', type, 'hours'],
            message: 'has no open, and defaults.hours, whose would count, is not there',
          },
        ]
      : [],
  );
}

/** What a tenant lists as its own binds it only where the defaults ask for that. */
function belongings({ tenants = {}, defaults: { callerId, route } }: PolicyDocument): readonly Problem[] {
  return Object.entries(tenants).flatMap(([tenant, settings]) => [
    ...(settings.callerId && callerId?.ownership !== 'tenant'
      ? [unasked(['tenants', tenant, 'callerId'], 'defaults.callerId.ownership')]
      : []),
    ...(settings.route && route?.ownership !== 'tenant'
      ? [unasked(['tenants', tenant, 'route'], 'defaults.route.ownership')]
      : []),
  ]);
}

function unasked(path: DocumentPath, ownership: string): Problem {
  return { path, message: `binds nobody while ${ownership} is not tenant; write that there` };
}
