import { hash } from 'node:crypto';
import { Prisma } from './generated/client.js';

/** A piece of SQL with its parameters kept apart: `sql\`price >= ${min}\``. Pieces nest. */
export type Sql = Prisma.Sql;

export const sql = Prisma.sql;

/** Joins pieces, with commas unless told otherwise. At least one piece. */
export const joinSql = Prisma.join;

export const emptySql = Prisma.empty;

/** A whole number as part of the text, which the planner sees; where there are few, the text stays the same. */
export function literal(value: number): Sql {
  return Prisma.raw(BigInt(value).toString());
}

const NAME = /^\/\* name: ([a-z0-9-]+) \*\//;

/**
 * A statement that is prepared under a name, once on each connection: for large ones whose text is always the same, of
 * which planning is most of the work. PostgreSQL keeps a plan only where planning for the values at hand would not look
 * cheaper, which it nearly always does where it can see them: so values stand in sub-selects, `(SELECT ${id}::bigint)`.
 * https://www.postgresql.org/docs/18/sql-prepare.html#SQL-PREPARE-NOTES
 */
export function named(name: string): typeof sql {
  return (parts, ...values) => sql`${Prisma.raw(`/* name: ${name} */`)} ${sql(parts, ...values)}`;
}

/** The same, of a statement that is put together of parts: its text makes the name. Of few variants, since all are kept. */
export function prepared(statement: Sql): Sql {
  return sql`${Prisma.raw(`/* name: by-text-${hash('md5', statement.sql)} */`)} ${statement}`;
}

/** The name that `named` or `prepared` gave, from the text of the statement; empty where it has none. */
export function nameOf(text: string): string {
  return NAME.exec(text)?.[1] ?? '';
}
