import type { Measured } from './measure.js';
import { ratioOf } from './statistics.js';

/** What is compared: a workload on a server. */
export interface Subject {
  readonly workload: string;
  readonly server: string;
}

/** The most that the one may cost in CPU time of the other's. */
export interface Target {
  readonly of: Subject;
  readonly to: Subject;
  readonly most: number;
}

const on = (workload: string, server: string): Subject => ({ workload, server });

/** What the gateway promises of its cost, with all that it does for a request. */
export const targets: readonly Target[] = [
  { of: on('mutation', 'memory'), to: on('mutation', 'textbook'), most: 0.45 },
  { of: on('mutation', 'Redis'), to: on('mutation', 'textbook'), most: 0.6 },
  { of: on('mutation', 'PostgreSQL + Redis'), to: on('mutation', 'textbook'), most: 0.65 },
  { of: on('mutation', 'memory'), to: on('mutation', 'Mercurius'), most: 1 },
  { of: on('mutation', 'Redis'), to: on('mutation', 'Mercurius'), most: 1 },
  { of: on('mutation', 'PostgreSQL + Redis'), to: on('mutation', 'Mercurius'), most: 1 },
  { of: on('contact, cold', 'memory'), to: on('contact, cold', 'textbook'), most: 0.45 },
  { of: on('contact, ended', 'memory'), to: on('contact, ended', 'textbook'), most: 0.1 },
  { of: on('bad input', 'memory'), to: on('bad input', 'textbook'), most: 0.8 },
  { of: on('forged token', 'memory'), to: on('mutation', 'memory'), most: 0.2 },
  { of: on('new document, no token', 'memory'), to: on('mutation', 'memory'), most: 0.5 },
  ...['memory', 'Redis', 'PostgreSQL + Redis'].map((server) => ({
    of: on('call, example policy', `${server} with a policy`),
    to: on('call, example policy', server),
    most: 1.15,
  })),
  // Half of what it was without a bundle.
  { of: on('start', 'memory'), to: on('start', 'textbook'), most: 1 },
];

/** How a target stands; undefined where one of its two was not measured. */
export interface Verdict {
  readonly target: Target;
  readonly ratio: number | undefined;
  readonly isMissed: boolean;
}

export function judge(measured: readonly Measured[]): readonly Verdict[] {
  const find = ({ workload, server }: Subject) =>
    measured.find((one) => one.workload === workload && one.server === server);
  return targets.map((target) => {
    const [of, to] = [find(target.of), find(target.to)];
    const ratio = of && to && ratioOf(of, to).median;
    return { target, ratio, isMissed: ratio !== undefined && ratio > target.most };
  });
}

/** The most bytes that a placed call may take in Redis while it is kept. */
export const mostRedisBytes = 450;
