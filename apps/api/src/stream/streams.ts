import {
  covers,
  encodePosition,
  lacks,
  readChanges,
  advance,
  type DataState,
  type Database,
  type Position,
} from '@hangar-bay/database';
import type { Logger } from '@hangar-bay/runtime';
import type { DataVersion } from '../cache/data-version.js';
import { Problem } from '../http/problem.js';
import type { ApiMetrics } from '../metrics.js';
import type { MissingNames } from '../missing-names.js';
import type { CloseReason, Connection } from './connection.js';
import { renderEvents, type PlacedChange } from './events.js';
import { positionFrame } from './frames.js';
import type { StreamFilters } from './parameters.js';
import { createStreamHub, placeChanges, resetFrame } from './stream-hub.js';

const HEARTBEAT_MS = 15_000;
const CATCH_UP_BATCH = 200;
/** Data that changes faster than a stream can be told of it. */
const MAX_ROUNDS = 100;

export interface StreamsOptions {
  readonly db: Database;
  readonly version: DataVersion;
  readonly logger: Logger;
  readonly metrics: ApiMetrics;
  readonly missingNames: MissingNames;
  /** Open streams of this process at the most, and of them from one address. */
  readonly limits: { readonly total: number; readonly perAddress: number };
  /** Whether operators let there be streams. */
  readonly isOn: () => Promise<boolean>;
}

/** The open streams of this process. */
export interface Streams {
  /**
   * Makes room for a stream from an address.
   * @throws Problem where there is none, where nothing is known of changes at the moment, or where streams are off.
   */
  admit(address: string): Promise<Admission>;
  /** Ends all streams; no more are admitted. */
  close(): void;
  readonly isClosed: () => boolean;
}

export interface Admission {
  /** Begins the stream over a connection: after an earlier event where one is given, otherwise with what comes. */
  begin(connection: Connection, filters: StreamFilters, after: Position | 'unreadable' | null): Promise<void>;
  /** The stream is over. */
  release(connection: Connection, reason: CloseReason): void;
}

export function createStreams(options: StreamsOptions): Streams {
  const { db, version, logger, metrics, missingNames, limits, isOn } = options;
  const open = new Set<Connection>();
  const perAddress = new Map<string, number>();
  let admitted = 0;
  let isClosed = false;
  const render = (filters: StreamFilters, changes: readonly PlacedChange[]) =>
    renderEvents({ db, missingNames }, filters, changes);
  const hub = createStreamHub({
    db,
    render,
    onChanges: (changes) =>
      changes.forEach(({ kind }) => metrics.streamEvents.inc({ event: `contract.${kind}` })),
    onFailure: (error) => logger.warn('events could not be sent to the streams', { error }),
  });
  version.onShown((state) => hub.follow(state));
  const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS);
  // Does not hold a process that is otherwise done.
  heartbeat.unref();

  async function beat(): Promise<void> {
    if (await isOn()) {
      hub.beat(open);
    } else {
      endAll('switched_off');
    }
  }

  function endAll(reason: CloseReason): void {
    for (const connection of [...open]) {
      connection.end(reason);
    }
  }

  function requireRoom(address: string): void {
    if (isClosed || !hub.isReady()) {
      throw new Problem('unavailable', 'Changes are not known at the moment. Try again soon.', {
        headers: { 'Retry-After': '5' },
      });
    }
    if ((perAddress.get(address) ?? 0) >= limits.perAddress) {
      throw new Problem(
        'too_many_streams',
        `There are ${limits.perAddress} open streams from your address, which is the limit. Close one.`,
        { headers: { 'Retry-After': '15' } },
      );
    }
    if (admitted >= limits.total) {
      throw new Problem('unavailable', 'There is no room for another stream at the moment. Try again soon.', {
        headers: { 'Retry-After': '30' },
      });
    }
  }

  function countFor(address: string, difference: 1 | -1): void {
    admitted += difference;
    const count = (perAddress.get(address) ?? 0) + difference;
    if (count === 0) {
      perAddress.delete(address);
    } else {
      perAddress.set(address, count);
    }
    metrics.streamsOpen.set(admitted);
  }

  /** From now on. */
  async function attachNow(connection: Connection, filters: StreamFilters): Promise<boolean> {
    return hub.attach(connection, filters, (position) => {
      connection.send(positionFrame(encodePosition(position)));
      return Promise.resolve(true);
    });
  }

  /** What happened next between two positions, and how far that goes. */
  async function renderNext(
    filters: StreamFilters,
    from: Position,
    to: Position,
  ): Promise<{ readonly frames: string; readonly reached: Position }> {
    const changes = await readChanges(db, from, to, CATCH_UP_BATCH);
    const frames = await render(filters, placeChanges(changes, from, to));
    const last = changes.at(-1);
    const isAll = last === undefined || changes.length < CATCH_UP_BATCH;
    return { frames, reached: isAll ? to : advance(from, to, last) };
  }

  /** Sends all that happened between two positions, as fast as it is read, unless the stream ends. */
  async function sendUpTo(
    connection: Connection,
    filters: StreamFilters,
    from: Position,
    to: Position,
  ): Promise<void> {
    let position = from;
    while (position !== to && connection.isOpen()) {
      const { frames, reached } = await renderNext(filters, position, to);
      await connection.sendAndWait(frames);
      position = reached;
    }
  }

  /** The last step of one that catches up: what it does not send leaves the stream where it is. */
  function attachAfter(connection: Connection, filters: StreamFilters, from: Position): Promise<boolean> {
    return hub.attach(connection, filters, async (to) => {
      if (!covers(to, from)) {
        return false;
      }
      const { frames, reached } = await renderNext(filters, from, to);
      if (reached !== to) {
        return false;
      }
      connection.send(frames + positionFrame(encodePosition(to)));
      return true;
    });
  }

  async function resume(connection: Connection, filters: StreamFilters, after: Position): Promise<void> {
    let state = await version.look();
    let position = after;
    for (let round = 0; round < MAX_ROUNDS && connection.isOpen(); round += 1) {
      if (!canGoOn(position, state)) {
        connection.send(resetFrame(state.position));
        position = state.position;
      }
      await sendUpTo(connection, filters, position, state.position);
      position = state.position;
      if (await attachAfter(connection, filters, position)) {
        return;
      }
      state = await version.look();
    }
    connection.end('failed');
  }

  return {
    async admit(address) {
      if (!(await isOn())) {
        throw new Problem('unavailable', 'Streams are switched off at the moment.', {
          headers: { 'Retry-After': '60' },
        });
      }
      requireRoom(address);
      countFor(address, 1);
      return {
        async begin(connection, filters, after) {
          open.add(connection);
          if (after === null) {
            if (!(await attachNow(connection, filters))) {
              connection.end('failed');
            }
            return;
          }
          if (after === 'unreadable') {
            const { position } = await version.look();
            connection.send(resetFrame(position));
            await resume(connection, filters, position);
            return;
          }
          await resume(connection, filters, after);
        },

        release(connection, reason) {
          if (open.delete(connection)) {
            hub.detach(connection);
          }
          countFor(address, -1);
          metrics.streamsClosed.inc({ reason });
        },
      };
    },

    close() {
      isClosed = true;
      clearInterval(heartbeat);
      endAll('stopping');
    },

    isClosed: () => isClosed,
  };
}

/** Whether all that happened after a position is still known. */
function canGoOn(position: Position, { position: now, trimmed_before }: DataState): boolean {
  return covers(now, position) && !lacks(trimmed_before, position, now);
}
