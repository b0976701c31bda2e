import { startTcpLink, type Passing } from '../support/tcp-link.js';

/** `claimed`: the answer to a claim is on its way. `marked`: so is the one to the mark that goes before sending. */
export type LedgerMoment = 'claimed' | 'marked';

const written: Readonly<Record<LedgerMoment, string>> = {
  claimed: '"state":"claimed"',
  marked: '"state":"sending"',
};

/** Ports of the servers of the ledger, as a gateway can reach them. */
export interface Reach {
  /** Behind the first and the second host of its setting; undefined where it cannot reach one. */
  readonly hosts: readonly [number | undefined, number | undefined];
  /** Behind the one host, where its setting names one. */
  readonly leading: number;
}

/** Stands between one gateway and the servers of the ledger, and sees what is asked of them. */
export interface LedgerAccess {
  /** `host:port` as the setting of the gateway has it, or two of them separated by a comma. */
  readonly address: string;
  /** Calls back once, just before the next answer of that kind passes. The returned function calls it off. */
  at(moment: LedgerMoment, callback: () => void): () => void;
  /** Breaks the connections to servers that it reaches no more. */
  reach(reach: Reach): void;
  stop(): Promise<void>;
}

export async function startLedgerAccess(hosts: 'one' | 'several', from: Reach): Promise<LedgerAccess> {
  const waiting: Record<LedgerMoment, Set<() => void>> = { claimed: new Set(), marked: new Set() };
  const come = (moment: LedgerMoment) => {
    const [callback] = waiting[moment];
    if (!callback) return;
    waiting[moment].delete(callback);
    callback();
  };
  const watch = (): Passing => {
    const asked = new Set<LedgerMoment>();
    return {
      asked: (chunk) => {
        for (const moment of ['claimed', 'marked'] as const) if (chunk.includes(written[moment])) asked.add(moment);
      },
      answered: () => {
        for (const moment of asked) come(moment);
        asked.clear();
      },
    };
  };
  const portsOf = (reach: Reach) => (hosts === 'one' ? [reach.leading] : reach.hosts);
  const links = await Promise.all(
    portsOf(from).map(async (port) => ({ leadsTo: port, link: await startTcpLink(port, watch) })),
  );
  return {
    address: links.map(({ link }) => `127.0.0.1:${link.port}`).join(','),
    at: (moment, callback) => {
      waiting[moment].add(callback);
      return () => waiting[moment].delete(callback);
    },
    reach: (reach) => {
      for (const [index, port] of portsOf(reach).entries()) {
        const one = links[index]!;
        if (one.leadsTo === port) continue;
        one.leadsTo = port;
        one.link.leadTo(port);
      }
    },
    stop: async () => {
      await Promise.all(links.map(({ link }) => link.stop()));
    },
  };
}
