import type { Database } from '@hangar-bay/database';

/** The same database, which tells of every statement that reads what matches, and waits for who is told. */
export function countReads(db: Database, pattern: RegExp, count: () => unknown): Database {
  return new Proxy(db, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') {
        return value;
      }
      return (...args: unknown[]) => {
        const [statement] = args as [{ sql?: string } | undefined];
        const isCounted = property === '$queryRaw' || property === '$readRows';
        if (!isCounted || !pattern.test(statement?.sql ?? '')) {
          return value.apply(target, args) as unknown;
        }
        return Promise.resolve(count()).then(() => value.apply(target, args) as unknown);
      };
    },
  });
}
