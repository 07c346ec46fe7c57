import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  advance,
  covers,
  decodePosition,
  encodePosition,
  positionOfSnapshot,
  type ChangePlace,
  type Position,
} from './position.js';

const HISTORY = '0badcafe';

/** What a table of changes would hold: transactions that begin in order, write rows, and commit in any order. */
class Log {
  readonly committed: ChangePlace[] = [];
  private readonly running = new Map<bigint, ChangePlace[]>();
  private nextXid = 100n;
  private nextId = 1n;

  begin(): void {
    this.running.set(this.nextXid, []);
    this.nextXid += 1n;
  }

  write(which: number): void {
    const [xid, rows] = this.pick(which) ?? [];
    if (xid !== undefined) {
      rows?.push({ xid, change_id: this.nextId });
      this.nextId += 1n;
    }
  }

  commit(which: number): void {
    const [xid, rows] = this.pick(which) ?? [];
    if (xid !== undefined) {
      this.committed.push(...(rows ?? []));
      this.running.delete(xid);
    }
  }

  snapshot(): Position {
    const open = [...this.running.keys()].sort((a, b) => (a < b ? -1 : 1));
    return positionOfSnapshot(
      HISTORY,
      `${String(open[0] ?? this.nextXid)}:${String(this.nextXid)}:${open.join(',')}`,
    );
  }

  /** In the words of the statement of readChanges. */
  read(from: Position, to: Position): ChangePlace[] {
    const partial = from.partial ?? { xid: -1n, change_id: -1n };
    return this.committed
      .filter(
        ({ xid, change_id }) =>
          (xid >= from.xmax || from.open.includes(xid)) &&
          !(xid === partial.xid && change_id <= partial.change_id) &&
          xid < to.xmax &&
          !to.open.includes(xid),
      )
      .sort(
        (a, b) =>
          rank(a, partial.xid) - rank(b, partial.xid) ||
          compare(a.xid, b.xid) ||
          compare(a.change_id, b.change_id),
      );
  }

  private pick(which: number): [bigint, ChangePlace[]] | undefined {
    return [...this.running][which % Math.max(1, this.running.size)];
  }
}

const rank = ({ xid }: ChangePlace, partial: bigint) => (xid === partial ? 0 : 1);
const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);

const step = fc.oneof(
  fc.constant({ kind: 'begin' as const }),
  fc.record({ kind: fc.constant('write' as const), which: fc.nat(9) }),
  fc.record({ kind: fc.constant('commit' as const), which: fc.nat(9) }),
  // Reads up to now, but breaks off after some rows and goes on later from a token.
  fc.record({ kind: fc.constant('read' as const), rows: fc.nat(6) }),
);

describe('who goes on from a position', () => {
  test('sees each row once, in whatever order transactions commit and wherever the reading breaks off', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const log = new Log();
        let position = log.snapshot();
        const seen: ChangePlace[] = [];
        const read = (rows: number) => {
          const to = log.snapshot();
          const found = log.read(position, to);
          seen.push(...found.slice(0, rows));
          const last = found[rows - 1];
          const next =
            found.length <= rows ? to : last === undefined ? position : advance(position, to, last);
          const token = encodePosition(next);
          expect(covers(log.snapshot(), next)).toBe(true);
          expect(decodePosition(token)).toEqual(next);
          position = next;
        };
        for (const each of steps) {
          if (each.kind === 'begin') {
            log.begin();
          } else if (each.kind === 'read') {
            read(each.rows);
          } else {
            log[each.kind](each.which);
          }
        }
        read(Number.MAX_SAFE_INTEGER);
        expect(seen.map(idOf).sort()).toEqual(log.committed.map(idOf).sort());
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '',
    'x',
    '0badcafe.5',
    '0badcafe.5.9.',
    '0badcafe.9.5_3.',
    '0badcafe.9.3.4-1',
    '0badcafe.9..-',
    `0badcafe.${'9'.repeat(19)}..`,
  ])('gets nowhere with %j', (text) => {
    expect(decodePosition(text)).toBeNull();
  });
});

function idOf({ change_id }: ChangePlace): number {
  return Number(change_id);
}
