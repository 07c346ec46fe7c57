import {
  advance,
  encodePosition,
  readChanges,
  type ContractChange,
  type Database,
  type DataState,
  type Position,
} from '@hangar-bay/database';
import { canonicalKey } from '../cache/canonical-key.js';
import type { Connection } from './connection.js';
import type { PlacedChange } from './events.js';
import { HEARTBEAT, eventFrame, positionFrame } from './frames.js';
import type { StreamFilters } from './parameters.js';
import { createTurns } from './turns.js';

/** Changes that are read, matched and sent at a time. */
const BATCH = 200;
/** Statements at a time: the rest of the pool is for requests. */
const PARALLEL_GROUPS = 3;

/** Streams with the same filters: what they get is found and written out once. */
interface Group {
  readonly filters: StreamFilters;
  readonly members: Set<Connection>;
}

export interface StreamHubOptions {
  readonly db: Database;
  /** Writes out the events of those changes that the filters leave. */
  readonly render: (filters: StreamFilters, changes: readonly PlacedChange[]) => Promise<string>;
  /** Changes are about to be sent to those whom they concern. */
  readonly onChanges: (changes: readonly ContractChange[]) => void;
  /** A state could not be reached; the next one is tried. */
  readonly onFailure: (error: unknown) => void;
}

/** Sends what happens to all streams of this process, in the order of one position that all of them share. */
export interface StreamHub {
  /** Goes on to a state; states come in order. */
  follow(state: DataState): void;
  /**
   * Makes a stream live once it has what happened up to the hub's position, which `catchUp` sends, given that position.
   * It says whether it got there. Nothing else is sent to anybody meanwhile, so it waits for no reader.
   * @returns false where it did not, or where the hub has no position at the moment.
   */
  attach(
    connection: Connection,
    filters: StreamFilters,
    catchUp: (to: Position) => Promise<boolean>,
  ): Promise<boolean>;
  detach(connection: Connection): void;
  /** Keeps all streams alive, and tells the live ones how far they are. */
  beat(connections: Iterable<Connection>): void;
  readonly isReady: () => boolean;
}

export function createStreamHub({ db, render, onChanges, onFailure }: StreamHubOptions): StreamHub {
  let position: Position | null = null;
  /** Reached last or to be reached, with what happened on all states on the way. */
  let target: DataState | null = null;
  let isBehind = false;
  const groups = new Map<string, Group>();
  const live = new Map<Connection, Group>();
  const turns = createTurns();

  async function reachTarget(): Promise<void> {
    const state = target;
    if (state === null || !isBehind) {
      return;
    }
    isBehind = false;
    try {
      await goTo(state);
    } catch (error) {
      // The next state goes the whole way.
      isBehind = true;
      onFailure(error);
    }
  }

  async function goTo(state: DataState): Promise<void> {
    if (position?.history !== state.position.history || live.size === 0) {
      position = state.position;
      return;
    }
    let changes: ContractChange[];
    do {
      changes = await readChanges(db, position, state.position, BATCH);
      const from: Position = position;
      await sendToGroups(placeChanges(changes, from, state.position));
      const last = changes.at(-1);
      position =
        changes.length < BATCH || last === undefined ? state.position : advance(from, state.position, last);
    } while (changes.length === BATCH);
  }

  async function sendToGroups(changes: readonly PlacedChange[]): Promise<void> {
    if (changes.length === 0) {
      return;
    }
    onChanges(changes);
    const waiting = [...groups.values()];
    const failures: unknown[] = [];
    const rendered = new Map<Group, Buffer>();
    const work = async () => {
      for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
        try {
          rendered.set(group, Buffer.from(await render(group.filters, changes)));
        } catch (error) {
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_GROUPS }, work));
    if (failures.length > 0 && rendered.size === 0) {
      throw failures[0];
    }
    for (const group of groups.values()) {
      deliver(group, rendered.get(group));
    }
    failures.forEach(onFailure);
  }

  /** Filters that could not be asked about must not hold up the others: their streams begin again where they are. */
  function deliver({ members }: Group, frames: Buffer | undefined): void {
    for (const connection of members) {
      if (frames === undefined) {
        connection.end('failed');
      } else if (frames.length > 0) {
        connection.send(frames);
      }
    }
  }

  function join(connection: Connection, filters: StreamFilters): void {
    const key = canonicalKey('stream', filters);
    const group = groups.get(key) ?? { filters, members: new Set<Connection>() };
    groups.set(key, group);
    group.members.add(connection);
    live.set(connection, group);
  }

  function tellReset(state: DataState): void {
    const frame = resetFrame(state.position);
    for (const connection of live.keys()) {
      connection.send(frame);
    }
  }

  return {
    follow(state) {
      if (state.lost && position !== null) {
        void turns.take(() => {
          tellReset(state);
          position = state.position;
        });
      } else if (!state.changed && !isBehind && turns.isIdle()) {
        position = state.position;
        target = state;
        return;
      }
      target = state;
      isBehind = true;
      void turns.take(reachTarget);
    },

    attach: (connection, filters, catchUp) =>
      turns.take(async () => {
        // In part: the way to the last state broke off.
        if (position?.partial !== null || !(await catchUp(position))) {
          return false;
        }
        if (connection.isOpen()) {
          join(connection, filters);
        }
        return true;
      }),

    detach(connection) {
      const group = live.get(connection);
      live.delete(connection);
      group?.members.delete(connection);
      if (group?.members.size === 0) {
        groups.delete(canonicalKey('stream', group.filters));
      }
    },

    beat(connections) {
      const placed = position === null ? HEARTBEAT : HEARTBEAT + positionFrame(encodePosition(position));
      for (const connection of connections) {
        connection.send(live.has(connection) ? placed : HEARTBEAT);
      }
    },

    isReady: () => position !== null,
  };
}

/** Gives each change the id from which a client goes on after it. */
export function placeChanges(
  changes: readonly ContractChange[],
  from: Position,
  to: Position,
): PlacedChange[] {
  return changes.map((change) => ({ ...change, id: encodePosition(advance(from, to, change)) }));
}

export function resetFrame(position: Position): string {
  return eventFrame(encodePosition(position), 'reset', {
    detail: 'Events in between are no longer known. Load the lists again; the stream goes on from now.',
  });
}
