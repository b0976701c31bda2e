import type { Condition } from './condition.js';
import { durationMs } from './duration.js';
import { earliestEndMs, earliestMs, latestMs } from './instants.js';
import { nameOfCount } from './facts.js';
import type { Check, CountedCalls, LiftedCheck, Policy } from './policy.js';
import type {
  Defaults,
  DestinationSettings,
  Grant,
  HoursSettings,
  Mode,
  OnUnknown,
  PolicyDocument,
  RuleSettings,
} from './policy-document.js';
import type { Rule } from './rule.js';
import { callerIdPrefixRule, domesticCallerIdRule, ownedCallerIdRule } from './rules/caller-id.rule.js';
import { callingCodeRule } from './rules/calling-code.rule.js';
import { consentRule } from './rules/consent.rule.js';
import { deniedPrefixRule } from './rules/denied-prefix.rule.js';
import { doNotCallRule } from './rules/do-not-call.rule.js';
import { frequencyRule } from './rules/frequency.rule.js';
import { hoursRule } from './rules/hours.rule.js';
import { lineTypeRule } from './rules/line-type.rule.js';
import { purposeRule, scopeRule } from './rules/purpose.rule.js';
import { regionRule } from './rules/region.rule.js';
import { flowRule, queueRule } from './rules/route.rule.js';
import { WeeklyHours, type HoursByDay } from './weekly-hours.js';

/** What a check is, apart from the rule. */
interface Place {
  readonly mode?: Mode | undefined;
  readonly onUnknown?: OnUnknown | undefined;
  readonly tenant?: string;
  readonly trafficType?: string;
  readonly when?: Condition | undefined;
  readonly validFromMs?: number | undefined;
  readonly validUntilMs?: number | undefined;
  readonly source?: string;
}

type Rules = Readonly<Record<string, Rule | undefined>>;

/** The policy that a document without problems is. `hash` is of the file. */
export function compilePolicy(document: PolicyDocument, hash: string): Policy {
  const checks = new Compiler(document).checks();
  return {
    version: document.version,
    hash,
    maxAgeMs: durationMs(document.maxAge),
    checks,
    lists: [...new Set(checks.flatMap(({ rule }) => rule.list ?? []))],
    counts: countsOf(checks),
    tenants: new Set(Object.keys(document.tenants ?? {})),
    grants: Object.entries(document.tenants ?? {}).flatMap(([tenant, { grants = [] }]) =>
      grants.map((grant) => liftedCheck(tenant, grant)),
    ),
  };
}

function countsOf(checks: readonly Check[]): readonly CountedCalls[] {
  const counts = new Map<string, CountedCalls>();
  for (const { rule } of checks) {
    if (!rule.counts) continue;
    const { per, digits, isOfAllTenants, withinMs } = rule.counts;
    const name = nameOfCount(rule.counts);
    const keptForMs = Math.max(withinMs, counts.get(name)?.keptForMs ?? 0);
    counts.set(name, { per, digits, isOfAllTenants, keptForMs });
  }
  return [...counts.values()];
}

class Compiler {
  constructor(private readonly document: PolicyDocument) {}

  checks(): readonly Check[] {
    const { rules = [] } = this.document;
    return [
      ...this.#defaults(),
      ...this.#purposes(),
      ...rules.filter(({ mode }) => mode !== 'off').flatMap((rule) => this.#rule(rule)),
      ...this.#trafficTypes(),
      ...this.#tenants(),
    ];
  }

  #defaults(): readonly Check[] {
    const { destination = {}, callerId = {}, route = {}, frequency = [], hours, lists = [] } = this.document.defaults;
    const { cap } = callerId;
    const isOwn = { callerId: callerId.ownership === 'tenant', route: route.ownership === 'tenant' };
    return this.#placed(
      'defaults',
      {},
      {
        ...destinationRules(destination),
        'callerId.ownership': isOwn.callerId
          ? ownedCallerIdRule(this.#ownedBy((tenant) => tenant.callerId?.numbers))
          : undefined,
        'callerId.sameCountryAsDestination': callerId.sameCountryAsDestination ? domesticCallerIdRule : undefined,
        'callerId.cap': cap && frequencyRule({ per: 'callerNumber', max: cap.max, withinMs: durationMs(cap.in) }),
        'route.flows': isOwn.route ? flowRule(this.#ownedBy((tenant) => tenant.route?.flows)) : undefined,
        'route.queues': isOwn.route ? queueRule(this.#ownedBy((tenant) => tenant.route?.queues)) : undefined,
        ...frequencyRules(frequency),
        hours: hours && this.#hours(hours.open, hours.endMargin),
        ...listRules(lists),
      },
    );
  }

  #purposes(): readonly Check[] {
    const { purposes } = this.document;
    if (!purposes) return [];
    const known = this.#placed('', {}, { purposes: purposeRule(Object.keys(purposes)) });
    const scoped = Object.entries(purposes).flatMap(([purpose, { scope }]) =>
      this.#placed(
        'purposes',
        { when: { purpose } },
        { [purpose]: scope === undefined ? undefined : scopeRule(scope) },
      ),
    );
    return [...known, ...scoped];
  }

  #rule({ id, when, source, mode, onUnknown, validFrom, validUntil, ...rule }: RuleSettings): readonly Check[] {
    const { destination = {}, callerId, hours, frequency, consent, lists = [] } = rule;
    const place: Place = {
      mode: mode === 'off' ? undefined : mode,
      onUnknown,
      when,
      source,
      validFromMs: validFrom === undefined ? undefined : earliestMs(validFrom),
      validUntilMs: validUntil === undefined ? undefined : latestMs(validUntil),
    };
    return this.#placed(`rules.${id}`, place, {
      ...destinationRules(destination),
      'callerId.prefix': callerId?.prefix === undefined ? undefined : callerIdPrefixRule(callerId.prefix),
      hours: hours && this.#hours(hours),
      frequency:
        frequency && frequencyRule({ per: 'destination', max: frequency.max, withinMs: durationMs(frequency.in) }),
      consent: consent && consentRule,
      ...listRules(lists),
    });
  }

  #trafficTypes(): readonly Check[] {
    const { trafficTypes = {}, defaults } = this.document;
    return Object.entries(trafficTypes).flatMap(([trafficType, { scope, purposes, hours }]) => {
      const open = hours?.open ?? defaults.hours?.open;
      return this.#placed(
        `trafficTypes.${trafficType}`,
        { trafficType },
        {
          scope: scope === undefined ? undefined : scopeRule(scope),
          purposes: purposes && purposeRule(purposes),
          hours: hours && open && this.#hours(open, hours.endMargin),
        },
      );
    });
  }

  #tenants(): readonly Check[] {
    const { tenants = {} } = this.document;
    return Object.entries(tenants).flatMap(([tenant, { destination = {}, purposes, hours, frequency = [] }]) =>
      this.#placed(
        `tenants.${tenant}`,
        { tenant },
        {
          ...destinationRules(destination),
          purposes: purposes && purposeRule(purposes),
          hours: hours && this.#hours(hours.open, hours.endMargin),
          ...frequencyRules(frequency),
        },
      ),
    );
  }

  #placed(path: string, place: Place, rules: Rules): readonly Check[] {
    const { defaults } = this.document;
    const { mode = defaults.mode, onUnknown = defaults.onUnknown, ...more } = place;
    return Object.entries(rules).flatMap(([name, rule]) => {
      if (!rule) return [];
      const id = path === '' ? name : `${path}.${name}`;
      return [{ id, isShadow: mode === 'shadow', allowsUnknown: onUnknown === 'allow', ...more, rule }];
    });
  }

  /** Where nobody says otherwise, hours go on for as long as the defaults want them to. */
  #hours(open: HoursByDay, endMargin: HoursSettings['endMargin'] = this.document.defaults.hours?.endMargin): Rule {
    return hoursRule({
      week: new WeeklyHours(open),
      marginMs: endMargin === undefined ? 0 : durationMs(endMargin),
      leastClockVersion: this.document.data?.timeZones?.minimum,
    });
  }

  /** What each tenant lists as its own. */
  #ownedBy(
    listOf: (tenant: NonNullable<PolicyDocument['tenants']>[string]) => readonly string[] | undefined,
  ): (tenant: string) => readonly string[] {
    const lists = new Map(Object.entries(this.document.tenants ?? {}).map(([name, tenant]) => [name, listOf(tenant)]));
    return (tenant) => lists.get(tenant) ?? [];
  }
}

function destinationRules(settings: DestinationSettings): Rules {
  const { callingCodes, regions, lineTypes, denyPrefixes, prefixVelocity } = settings;
  return {
    'destination.callingCodes': callingCodes && callingCodeRule(callingCodes),
    'destination.regions': regions && regionRule(regions),
    'destination.lineTypes': lineTypes && lineTypeRule(lineTypes),
    'destination.denyPrefixes': denyPrefixes && deniedPrefixRule(denyPrefixes),
    'destination.prefixVelocity':
      prefixVelocity &&
      frequencyRule({
        per: 'prefix',
        digits: prefixVelocity.digits,
        max: prefixVelocity.max,
        withinMs: durationMs(prefixVelocity.in),
      }),
  };
}

function frequencyRules(caps: NonNullable<Defaults['frequency']>): Rules {
  return Object.fromEntries(
    caps.map(({ id, per, max, in: within, scope }) => [
      `frequency.${id}`,
      frequencyRule({ per, max, withinMs: durationMs(within), isOfAllTenants: scope === 'all' }),
    ]),
  );
}

function listRules(lists: readonly string[]): Rules {
  return Object.fromEntries(lists.map((list) => [`lists.${list}`, doNotCallRule(list)]));
}

function liftedCheck(tenant: string, { lifts, purpose, scope, until, ticket }: Grant): LiftedCheck {
  return { tenant, checkId: lifts, purpose, scope, untilMs: earliestEndMs(until), ticket };
}
