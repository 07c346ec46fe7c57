import type { Database } from '@hangar-bay/database';

/** The same database, which tells of every statement that reads what matches. */
export function countReads(db: Database, pattern: RegExp, count: () => void): Database {
  return new Proxy(db, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') {
        return value;
      }
      return (...args: unknown[]) => {
        const [statement] = args as [{ sql?: string } | undefined];
        if ((property === '$queryRaw' || property === '$readRows') && pattern.test(statement?.sql ?? '')) {
          count();
        }
        return value.apply(target, args) as unknown;
      };
    },
  });
}
