let underWay = 0;

/** How many jobs of WebCrypto threads are about, such as the check of a token: nothing else tells of one before it is done. */
export const cryptoJobs = (): number => underWay;

const subtle = new Proxy(crypto.subtle, {
  get(target, name) {
    const member: unknown = Reflect.get(target, name, target);
    if (typeof member !== 'function') return member;
    return async (...args: unknown[]): Promise<unknown> => {
      underWay += 1;
      try {
        return await (Reflect.apply(member, target, args) as Promise<unknown>);
      } finally {
        underWay -= 1;
      }
    };
  },
});

// Of the tests in this file alone: those of each have a global object of their own.
Object.defineProperty(globalThis, 'crypto', {
  configurable: true,
  value: new Proxy(crypto, {
    get(target, name) {
      if (name === 'subtle') return subtle;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  }),
});
