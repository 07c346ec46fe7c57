import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ContractChange, Database, DataState } from '@hangar-bay/database';
import { dataState } from '../cache/data-state.test-setup.js';
import type { Connection } from './connection.js';
import { createStreamHub, type StreamHub } from './stream-hub.js';
import type { StreamFilters } from './parameters.js';

const CHEAP = { max_price: 1 } as StreamFilters;
const ANY = {} as StreamFilters;

let hub: StreamHub;
let failures: unknown[];
/** What the log holds; each read takes up to 200 of it. */
let log: ContractChange[];
let failsFor: (filters: StreamFilters) => boolean;

beforeEach(() => {
  failures = [];
  log = [];
  failsFor = () => false;
  hub = createStreamHub({
    db: { $queryRaw: () => Promise.resolve(log.splice(0, 200)) } as unknown as Database,
    render: (filters, changes) =>
      failsFor(filters)
        ? Promise.reject(new Error('too slow'))
        : Promise.resolve(changes.map(({ contract_id }) => `${String(contract_id)} `).join('')),
    onChanges: () => undefined,
    onFailure: (error) => failures.push(error),
  });
});

function state(xmax: number, more: Partial<DataState> = {}): DataState {
  const position = { history: '00000000', xmax: BigInt(xmax), open: [], partial: null };
  return dataState({ position, changed: true, due_in_ms: 0, wal: 0n, ...more });
}

function happen(xid: number, count: number, from = 1): void {
  for (let index = 0; index < count; index += 1) {
    const id = BigInt(from + index);
    log.push({ xid: BigInt(xid), change_id: id, kind: 'appeared', contract_id: id });
  }
}

class Reader implements Connection {
  text = '';
  ended: string | null = null;

  send(frames: Buffer | string): void {
    this.text += frames.toString();
  }

  sendAndWait(frames: string): Promise<void> {
    this.send(frames);
    return Promise.resolve();
  }

  end(reason: string): void {
    this.ended = reason;
    hub.detach(this);
  }

  isOpen = () => this.ended === null;
}

async function attach(filters: StreamFilters): Promise<Reader> {
  const reader = new Reader();
  expect(await hub.attach(reader, filters, () => Promise.resolve(true))).toBe(true);
  return reader;
}

/** All that was begun is done. */
const settle = () => hub.attach(new Reader(), ANY, () => Promise.resolve(false));

test('nobody is attached before the first state', async () => {
  expect(hub.isReady()).toBe(false);
  expect(await hub.attach(new Reader(), ANY, () => Promise.resolve(true))).toBe(false);
});

test('more than a batch arrives in order, and whole', async () => {
  hub.follow(state(10));
  const reader = await attach(ANY);
  happen(11, 450);
  hub.follow(state(12));
  await settle();
  expect(reader.text.trim().split(' ').map(Number)).toEqual(
    Array.from({ length: 450 }, (_, index) => index + 1),
  );
});

test('streams are told to load again where changes may be lost, and go on from there', async () => {
  hub.follow(state(10));
  const reader = await attach(ANY);
  hub.follow(state(20, { lost: true }));
  await settle();
  expect(reader.text).toMatch(/^id: 00000000\.20\.\.\nevent: reset\ndata: \{/);
  reader.text = '';
  happen(21, 1);
  hub.follow(state(22));
  await settle();
  expect(reader.text).toBe('1 ');
});

describe('events that cannot be had', () => {
  test('end the streams whose filters they are for, and no others', async () => {
    hub.follow(state(10));
    const [cheap, any] = [await attach(CHEAP), await attach(ANY)];
    failsFor = (filters) => filters === CHEAP;
    happen(11, 1);
    hub.follow(state(12));
    await settle();
    expect([cheap.ended, any.ended]).toEqual(['failed', null]);
    expect(any.text).toBe('1 ');
    expect(failures).toHaveLength(1);
  });

  test('are tried again with the next look, where nobody can have theirs', async () => {
    hub.follow(state(10));
    const reader = await attach(ANY);
    failsFor = () => true;
    happen(11, 1);
    hub.follow(state(12));
    await settle();
    expect(reader).toMatchObject({ text: '', ended: null });
    failsFor = () => false;
    happen(11, 1);
    hub.follow(state(13, { changed: false }));
    await settle();
    expect(reader.text).toBe('1 ');
  });
});

test('a beat tells live streams how far they are', async () => {
  hub.follow(state(10));
  const live = await attach(ANY);
  const other = new Reader();
  hub.follow(state(15, { changed: false }));
  hub.beat([live, other]);
  expect(live.text).toBe(': alive\n\nid: 00000000.15..\n\n');
  expect(other.text).toBe(': alive\n\n');
});
