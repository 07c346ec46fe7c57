/**
 * Which rows of the table changes somebody has seen. Like a snapshot of PostgreSQL: all rows of the transactions below
 * `xmax`, but for those in `open`, which had not ended. That is exact whatever order transactions commit in, while "all
 * up to change_id" would pass over a row that is committed later than one with a higher id.
 */
export interface Position {
  /** Transaction ids of another history (a restored backup, a server that took over) mean something else. */
  readonly history: string;
  readonly xmax: bigint;
  /** Ascending, below `xmax`. */
  readonly open: readonly bigint[];
  /** A transaction, open or `xmax` itself, of which the rows up to this one were seen all the same. */
  readonly partial: { readonly xid: bigint; readonly change_id: bigint } | null;
}

/** Where a row stands in the order in which rows are read. */
export interface ChangePlace {
  readonly xid: bigint;
  readonly change_id: bigint;
}

/** Longer ones are nobody's: PostgreSQL has as many open transactions as it has connections. */
const MAX_OPEN = 1_000;
const TOKEN = /^([0-9a-f]{8})\.(\d{1,18})\.((?:\d{1,18}_)*\d{1,18})?\.(?:(\d{1,18})-(\d{1,18}))?$/;

/** Reads `pg_current_snapshot()::text`: `xmin:xmax:open,open,…`. */
export function positionOfSnapshot(history: string, snapshot: string): Position {
  const [, xmax = '', open = ''] = snapshot.split(':');
  return { history, xmax: BigInt(xmax), open: open === '' ? [] : open.split(',').map(BigInt), partial: null };
}

/** One text without white space, for those who want to go on from here later. */
export function encodePosition({ history, xmax, open, partial }: Position): string {
  const rest = partial === null ? '' : `${String(partial.xid)}-${String(partial.change_id)}`;
  return `${history}.${String(xmax)}.${open.join('_')}.${rest}`;
}

/** Null where the text is no position. */
export function decodePosition(text: string): Position | null {
  const match = TOKEN.exec(text);
  if (match === null) {
    return null;
  }
  const [, history = '', xmax = '', list, xid, change_id] = match;
  const open = list === undefined ? [] : list.split('_').map(BigInt);
  const partial =
    xid === undefined || change_id === undefined ? null : { xid: BigInt(xid), change_id: BigInt(change_id) };
  const position = { history, xmax: BigInt(xmax), open, partial };
  return isSane(position) ? position : null;
}

function isSane({ xmax, open, partial }: Position): boolean {
  const ascends = open.every((xid, index) => xid < xmax && (index === 0 || xid > (open[index - 1] ?? xid)));
  const isPartlySeen = partial === null || partial.xid === xmax || open.includes(partial.xid);
  return ascends && isPartlySeen && open.length <= MAX_OPEN;
}

/** The lowest transaction of which not all rows were seen. */
export function lowestUnseen({ xmax, open }: Position): bigint {
  return open[0] ?? xmax;
}

/** Whether `later`, which has seen no transaction in part, has seen all that `earlier` has. */
export function covers(later: Position, earlier: Position): boolean {
  const partial = earlier.partial;
  return (
    later.history === earlier.history &&
    later.xmax >= earlier.xmax &&
    later.open.every((xid) => xid >= earlier.xmax || earlier.open.includes(xid)) &&
    (partial === null || (partial.xid < later.xmax && !later.open.includes(partial.xid)))
  );
}

/**
 * Where one stands who started at `from`, goes to `to`, which has seen no transaction in part, and has seen the rows up
 * to `last` of those in between, in the order of readChanges: first the rest of what `from` has seen in part, then by
 * transaction and id.
 */
export function advance(from: Position, to: Position, last: ChangePlace): Position {
  const partial = { xid: last.xid, change_id: last.change_id };
  if (from.partial?.xid === last.xid) {
    return { ...from, partial };
  }
  const start = withoutPartial(from);
  const xmax = last.xid > start.xmax ? last.xid : start.xmax;
  const open = [
    ...start.open.filter((xid) => xid >= last.xid || to.open.includes(xid)),
    ...to.open.filter((xid) => xid >= start.xmax && xid < xmax),
  ];
  return { history: to.history, xmax, open, partial };
}

/** The transaction that was partly seen is seen. Where it is not open it is the next one: see advance. */
function withoutPartial({ history, xmax, open, partial }: Position): Position {
  if (partial === null) {
    return { history, xmax, open, partial };
  }
  return open.includes(partial.xid)
    ? { history, xmax, open: open.filter((xid) => xid !== partial.xid), partial: null }
    : { history, xmax: partial.xid + 1n, open, partial: null };
}
