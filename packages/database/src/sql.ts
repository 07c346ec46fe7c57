import { Prisma } from './generated/client.js';

/** A piece of SQL with its parameters kept apart: `sql\`price >= ${min}\``. Pieces nest. */
export type Sql = Prisma.Sql;

export const sql = Prisma.sql;

/** Joins pieces, with commas unless told otherwise. At least one piece. */
export const joinSql = Prisma.join;

export const emptySql = Prisma.empty;
