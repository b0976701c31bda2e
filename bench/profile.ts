import type { Profiler } from 'node:inspector';

/** Which part of the time that the thread of the event loop worked went into whose code; what of Node or V8 somebody calls counts as theirs. */
export function sharesOf(profile: Profiler.Profile): ReadonlyMap<string, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id])));
  const owners = new Map<number, string>();
  const ownerOf = (id: number): string => {
    const known = owners.get(id);
    if (known !== undefined) return known;
    const { functionName, url } = nodes.get(id)!.callFrame;
    const parent = parents.get(id);
    let owner = moduleOf(functionName, url) ?? (parent === undefined ? 'Node' : ownerOf(parent));
    // Nobody called it but Node.
    if (owner.startsWith('Node') && url.startsWith('node:'))
      owner = url.replace(/^node:(?:internal\/)?_?([a-z]+).*/, 'Node: $1');
    owners.set(id, owner);
    return owner;
  };
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const owner = ownerOf(id);
    if (owner === '(idle)' || owner === 'Node: inspector') continue;
    const time = profile.timeDeltas?.[index] ?? 0;
    total += time;
    times.set(owner, (times.get(owner) ?? 0) + time);
  }
  const shares = [...times].map(([owner, time]) => [owner, time / total] as const);
  return new Map(shares.sort(([, one], [, other]) => other - one));
}

/** A package, a room of ours, or what is neither; undefined for Node's own code. */
function moduleOf(functionName: string, url: string): string | undefined {
  if (functionName === '(root)') return 'Node';
  if (/^\((?:idle|program|garbage collector)\)$/.test(functionName)) return functionName;
  const [, packageName] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (packageName !== undefined) return packageName;
  const [, room] = /\/dist\/(?!bench\/)([^/]+?)(?:\.js)?(?:\/|$)/.exec(url) ?? [];
  return room === undefined ? undefined : `src/${room}`;
}
