import { AsyncResource } from 'node:async_hooks';
import type pg from 'pg';

/** Told of every statement that has ended, in the context of who asked: which one it was, and how long it took. */
export type QueryObserver = (query: string, seconds: number, failed: boolean) => void;

/** Enough for the first table of any statement of ours. */
const READ_CHARACTERS = 4_000;

/** CTEs: `name AS (`. Their names are no tables. */
const CTE = /(\w+)\s+AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(/gi;
/** Neither `FOR UPDATE`, `DO UPDATE`, `IS DISTINCT FROM`, `extract(epoch FROM …)`, nor a function. */
const TABLE =
  /(?<!\b(?:for|do|distinct|epoch)\s+)\b(delete\s+from|insert\s+into|update|from)\s+(?:only\s+)?(?:"?public"?\.)?"?(\w+)"?(?!\w|\s*\()/gi;

/** Texts whose names are remembered: reading one takes longer than many a statement. */
const MAX_REMEMBERED = 1_000;

/** Measures each statement of a pool's connections. */
export function watchQueries(pool: pg.Pool, observe: QueryObserver): void {
  const names = new Map<string, string>();
  const nameOnce = (text: string): string => {
    const known = names.get(text);
    if (known !== undefined) {
      return known;
    }
    if (names.size >= MAX_REMEMBERED) {
      names.clear();
    }
    const name = nameQuery(text);
    names.set(text, name);
    return name;
  };
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const measured = (...args: unknown[]): unknown => {
      const startedAt = performance.now();
      const text = textOf(args[0]);
      const end = (failed: boolean) =>
        observe(nameOnce(text), (performance.now() - startedAt) / 1000, failed);
      const last = args.at(-1);
      if (typeof last === 'function') {
        const callback = last as (...results: unknown[]) => void;
        const settle = (...results: unknown[]) => {
          end(Boolean(results[0]));
          callback(...results);
        };
        // Called by the connection, whose context is that of who opened it.
        return query(...args.slice(0, -1), AsyncResource.bind(settle));
      }
      const result = query(...args);
      if (result instanceof Promise) {
        // Whoever asked sees to a failure.
        result.then(
          () => end(false),
          () => end(true),
        );
      }
      return result;
    };
    client.query = measured as typeof client.query;
  });
}

function textOf(query: unknown): string {
  if (typeof query === 'string') {
    return query;
  }
  const { text } = (query ?? {}) as { text?: unknown };
  return typeof text === 'string' ? text : '';
}

/**
 * The verb and table of a statement's first access, such as `insert region_pages`; `other` where it has none.
 * Values are never in the text, so there are as many names as the code has statements, at the most.
 */
export function nameQuery(text: string): string {
  const head = text.slice(0, READ_CHARACTERS);
  const ctes = new Set([...head.matchAll(CTE)].map(([, name]) => name));
  for (const [, verb = '', table = ''] of head.matchAll(TABLE)) {
    if (!ctes.has(table)) {
      const [word = ''] = verb.toLowerCase().split(/\s/);
      return `${word === 'from' ? 'select' : word} ${table}`;
    }
  }
  return 'other';
}
