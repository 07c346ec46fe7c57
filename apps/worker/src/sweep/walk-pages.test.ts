import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describePage } from './describe-page.js';
import { walkPages, type Walk, type WalkedPage } from './walk-pages.js';

const PAGE_SIZE = 3;
const MINUTE = 60_000;
/** When the clock of the walks was at 0. */
const START = Date.UTC(2026, 7, 4);

/** What happens at ESI before it answers the next request. */
interface Moment {
  readonly event: 'quiet' | 'regenerate' | 'fail' | 'not_found';
  /** Of the list that a regeneration makes: how many rows its oldest end loses and how many new ones it gets. */
  readonly taken: number;
  readonly issued: number;
  readonly passMs: number;
  /** How long the answers of the generation stay fresh. */
  readonly freshMs: number;
  /** An unchanged page says nothing but that. */
  readonly bare304: boolean;
  /** Turns of the event loop until the answer is there, so that answers overtake one another. */
  readonly turns: number;
}

const QUIET: Moment = {
  event: 'quiet',
  taken: 0,
  issued: 0,
  passMs: 10,
  freshMs: MINUTE,
  bare304: false,
  turns: 0,
};

interface Generation {
  readonly lastModified: Date;
  readonly ids: readonly number[];
}

/** ESI with one region, and the store beside it that a sweep fills. Time moves with requests and sleeps only. */
class ListOfContracts {
  readonly generations: Generation[] = [];
  /** Page by page, what was answered last. */
  readonly stored = new Map<number, { ids: readonly number[]; walked: WalkedPage }>();
  requests: number[] = [];
  tooEarly: string[] = [];
  now = 1_000_000;
  private freshUntil: number;
  private nextId = 1;
  private countedPages = 0;
  private readonly moments: Moment[];
  private readonly named: boolean;

  constructor(size: number, moments: readonly Moment[] = [], { named = true, freshMs = MINUTE } = {}) {
    this.moments = [...moments];
    this.named = named;
    this.freshUntil = this.now + freshMs;
    this.regenerate(0, size);
  }

  /** What happens before the next requests. */
  expect(...moments: readonly Moment[]): void {
    this.moments.push(...moments);
  }

  /** ESI makes the list anew between two sweeps. */
  expire({ taken, issued }: Pick<Moment, 'taken' | 'issued'>): void {
    this.freshUntil = this.now + MINUTE;
    this.regenerate(taken, issued);
  }

  get current(): Generation {
    return this.generations.at(-1) as Generation;
  }

  get pageCount(): number {
    return Math.max(1, Math.ceil(this.current.ids.length / PAGE_SIZE));
  }

  /** Sweeps once, as a worker does: pages that are stored and fresh are held. */
  walk(): Promise<Walk> {
    this.requests = [];
    const fresh = [...this.stored].filter(([, { walked }]) => walked.freshUntil > this.now);
    return walkPages({
      held: new Map(fresh.map(([page, { walked }]) => [page, walked])),
      fetchPage: (page) => this.fetchPage(page),
      now: () => this.now,
      sleep: (ms) => {
        this.now += ms;
        return Promise.resolve();
      },
    });
  }

  private async fetchPage(page: number): Promise<WalkedPage | 'absent' | 'end'> {
    this.requests.push(page);
    if ((this.stored.get(page)?.walked.freshUntil ?? 0) > this.now) {
      this.tooEarly.push(`page ${page} at ${this.now}`);
    }
    const moment = this.moments.shift() ?? QUIET;
    this.now += moment.passMs;
    for (let turn = 0; turn < moment.turns; turn += 1) {
      await Promise.resolve();
    }
    if (moment.event === 'regenerate') {
      this.freshUntil = this.now + moment.freshMs;
      this.regenerate(moment.taken, moment.issued);
    }
    if (moment.event === 'fail') {
      throw new Error(`page ${page} could not be had`);
    }
    if (page > this.pageCount) {
      return page > this.countedPages ? 'end' : 'absent';
    }
    return moment.event === 'not_found' ? 'absent' : this.answer(page, moment);
  }

  private answer(page: number, { bare304 }: Moment): WalkedPage {
    const ids = this.current.ids.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
    const before = this.stored.get(page);
    const unchanged = bare304 && before?.ids.join() === ids.join();
    const walked = describePage(
      {
        ...(unchanged ? { kind: 'unchanged' } : { kind: 'rows', rows: [] }),
        etag: null,
        lastModified: this.named && !unchanged ? this.current.lastModified : null,
        date: new Date(START + Math.floor(this.now / 1000) * 1000),
        pageCount: unchanged ? null : this.pageCount,
        freshSeconds: Math.max(0, this.freshUntil - this.now) / 1000,
      },
      before && {
        last_modified: before.walked.lastModified,
        named: before.walked.named,
        page_count: before.walked.pageCount,
      },
      ids.length < PAGE_SIZE ? page : page + 1,
      this.now,
    );
    this.stored.set(page, { ids, walked });
    this.countedPages = unchanged ? this.countedPages : Math.max(this.countedPages, this.pageCount);
    return walked;
  }

  private regenerate(taken: number, issued: number): void {
    const left = this.generations.at(-1)?.ids.slice(taken) ?? [];
    const fresh = Array.from({ length: issued }, () => this.nextId++);
    // Generations are named in whole seconds, and no two the same.
    const second = Math.floor(this.now / 1000) * 1000;
    const before = this.generations.at(-1)?.lastModified.getTime() ?? 0;
    const lastModified = new Date(Math.max(START + second, before + 1000));
    this.generations.push({ lastModified, ids: [...left, ...fresh] });
  }
}

/** The contracts that a sweep would take for all there are. */
function idsOfPages(list: ListOfContracts, pageCount: number): number[] {
  return [...list.stored]
    .filter(([page]) => page <= pageCount)
    .sort(([a], [b]) => a - b)
    .flatMap(([, { ids }]) => ids);
}

describe('a walk over a quiet list', () => {
  test('asks for each page once and is complete', async () => {
    const list = new ListOfContracts(10);
    expect(await list.walk()).toMatchObject({
      outcome: 'complete',
      generation: list.current.lastModified,
      pageCount: 4,
    });
    expect(list.requests).toEqual([1, 2, 3, 4]);
  });

  test('of an empty list is complete with its one page', async () => {
    const list = new ListOfContracts(0);
    expect(await list.walk()).toMatchObject({ outcome: 'complete', pageCount: 1 });
  });

  test('asks for nothing while all pages are still fresh', async () => {
    const list = new ListOfContracts(10);
    await list.walk();
    expect(await list.walk()).toMatchObject({ outcome: 'complete', pageCount: 4 });
    expect(list.requests).toEqual([]);
  });

  test('asks only for the page that failed before', async () => {
    const list = new ListOfContracts(10, [QUIET, QUIET, { ...QUIET, event: 'fail' }]);
    expect(await list.walk()).toMatchObject({ outcome: 'incomplete', reason: 'page 3 could not be had' });
    expect(await list.walk()).toMatchObject({ outcome: 'complete' });
    expect(list.requests).toEqual([3]);
  });
});

describe('a list that changes under the walk', () => {
  const regenerate: Moment = { ...QUIET, event: 'regenerate', issued: 1, freshMs: MINUTE };

  test('has its older pages asked for again, and only those', async () => {
    const list = new ListOfContracts(10, [QUIET, QUIET, regenerate], { freshMs: 0 });
    expect(await list.walk()).toMatchObject({ outcome: 'complete', generation: list.current.lastModified });
    expect(list.requests).toEqual([1, 2, 3, 4, 1, 2]);
  });

  test('is left alone while the older pages are fresh for long, and walked when they no longer are', async () => {
    const list = new ListOfContracts(10, [QUIET, QUIET, regenerate]);
    const walk = await list.walk();
    expect(walk).toMatchObject({ outcome: 'inconsistent', retryMs: expect.any(Number) });
    expect(list.requests).toEqual([1, 2, 3, 4]);
    list.now += (walk as { retryMs: number }).retryMs;
    expect(await list.walk()).toMatchObject({ outcome: 'complete', generation: list.current.lastModified });
    expect(list.tooEarly).toEqual([]);
  });

  test('is waited for where the older pages expire within seconds', async () => {
    const list = new ListOfContracts(10, [QUIET, QUIET, regenerate], { freshMs: 5_000 });
    expect(await list.walk()).toMatchObject({ outcome: 'complete', generation: list.current.lastModified });
    expect(list.tooEarly).toEqual([]);
  });

  test('and becomes shorter is walked to its new end', async () => {
    const shorter: Moment = { ...regenerate, taken: 7, issued: 0 };
    const list = new ListOfContracts(10, [QUIET, shorter], { freshMs: 0 });
    expect(await list.walk()).toMatchObject({ outcome: 'complete', pageCount: 1 });
    expect(idsOfPages(list, 1)).toEqual([8, 9, 10]);
  });

  test('and becomes longer is walked to its new end', async () => {
    const longer: Moment = { ...regenerate, issued: 6 };
    const list = new ListOfContracts(4, [QUIET, longer], { freshMs: 0 });
    expect(await list.walk()).toMatchObject({ outcome: 'complete', pageCount: 4 });
  });

  test('at every request is given up', async () => {
    const restless = Array.from({ length: 200 }, () => ({ ...regenerate, freshMs: 0 }));
    const list = new ListOfContracts(10, restless, { freshMs: 0 });
    expect(await list.walk()).toEqual({
      outcome: 'inconsistent',
      reason: 'the list kept changing under the walk',
    });
  });
});

describe('an unchanged page that says nothing but that', () => {
  const SILENT: Moment = { ...QUIET, bare304: true, passMs: 2_000 };

  test('is of the generation that the other pages show', async () => {
    const list = new ListOfContracts(7, [], { freshMs: 5_000 });
    await list.walk();
    list.now += MINUTE;
    list.expire({ taken: 0, issued: 1 });
    list.now += 2_000;
    list.expect(SILENT, SILENT, SILENT);
    expect(await list.walk()).toMatchObject({ outcome: 'complete', generation: list.current.lastModified });
    expect(list.requests).toEqual([1, 2, 3]);
  });

  test('and is full may have a new one behind it', async () => {
    const list = new ListOfContracts(6, [], { freshMs: 5_000 });
    await list.walk();
    list.now += MINUTE;
    list.expire({ taken: 0, issued: 1 });
    list.expect(SILENT, SILENT, SILENT);
    expect(await list.walk()).toMatchObject({ outcome: 'complete', pageCount: 3 });
    expect(idsOfPages(list, 3)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('and is full is the last one where ESI has none behind it', async () => {
    const list = new ListOfContracts(6, [], { freshMs: 5_000 });
    await list.walk();
    list.now += MINUTE;
    list.expect(SILENT, SILENT, SILENT);
    expect(await list.walk()).toMatchObject({ outcome: 'complete', pageCount: 2 });
    expect(list.requests).toEqual([1, 2, 3]);
  });
});

describe('a walk that proves nothing', () => {
  test('404 for page 1 is no proof of an empty list', async () => {
    const list = new ListOfContracts(10, [{ ...QUIET, event: 'not_found' }]);
    expect(await list.walk()).toMatchObject({ outcome: 'incomplete' });
  });

  test('several pages whose generation ESI does not name', async () => {
    const list = new ListOfContracts(4, [], { named: false });
    list.now = 2_000_000;
    expect(await list.walk()).toMatchObject({ outcome: 'inconsistent' });
  });

  test('but a single page is of one generation, named or not', async () => {
    const list = new ListOfContracts(3, [], { named: false });
    expect(await list.walk()).toMatchObject({ outcome: 'complete', pageCount: 1 });
  });

  test('pages of one generation that disagree on their number: the larger one counts', async () => {
    const lastModified = new Date('2026-08-04T10:00:00Z');
    const asked: number[] = [];
    const walk = await walkPages({
      held: new Map(),
      now: () => 0,
      sleep: () => Promise.resolve(),
      fetchPage(page) {
        asked.push(page);
        const said = { lastModified, named: true, confirmedAt: null, counted: true, freshUntil: 0 };
        return Promise.resolve({ ...said, pageCount: page === 2 ? 3 : 2 });
      },
    });
    expect(walk).toMatchObject({ outcome: 'complete', generation: lastModified, pageCount: 3 });
    expect(asked).toEqual([1, 2, 3]);
  });

  test('the cause of a failed page is handed on', async () => {
    const cause = new Error('paused');
    const deps = { held: new Map(), now: () => 0, sleep: () => Promise.resolve() };
    expect(await walkPages({ ...deps, fetchPage: () => Promise.reject(cause) })).toEqual({
      outcome: 'incomplete',
      reason: 'paused',
      cause,
    });
  });
});

describe('whatever happens at ESI', () => {
  const event = fc.constantFrom<Moment['event'][]>(
    'quiet',
    'quiet',
    'quiet',
    'regenerate',
    'fail',
    'not_found',
  );
  const anyMoment: fc.Arbitrary<Moment> = fc.record({
    event,
    taken: fc.nat({ max: 8 }),
    issued: fc.nat({ max: 8 }),
    passMs: fc.constantFrom(0, 50, 700, 4_000),
    freshMs: fc.constantFrom(0, 900, 5_000, MINUTE),
    bare304: fc.boolean(),
    turns: fc.nat({ max: 4 }),
  });
  const anyHistory = fc.record({
    size: fc.nat({ max: 30 }),
    moments: fc.array(anyMoment, { maxLength: 60 }),
    named: fc.boolean(),
    freshMs: fc.constantFrom(0, 900, 5_000, MINUTE),
    pauses: fc.array(fc.constantFrom(0, 500, 8_000, MINUTE), { minLength: 3, maxLength: 3 }),
  });

  test('a complete walk holds exactly the contracts of one generation, no page was asked for early, and it ends', async () => {
    let complete = 0;
    await fc.assert(
      fc.asyncProperty(anyHistory, async ({ size, moments, named, freshMs, pauses }) => {
        const list = new ListOfContracts(size, moments, { named, freshMs });
        for (const pause of pauses) {
          list.now += pause;
          const walk = await list.walk();
          expect(list.tooEarly).toEqual([]);
          expect(list.requests.length).toBeLessThan(400);
          if (walk.outcome === 'complete') {
            complete += 1;
            expectOneGeneration(list, walk);
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(complete).toBeGreaterThan(100);
  });
});

function expectOneGeneration(list: ListOfContracts, walk: Walk & { outcome: 'complete' }): void {
  const held = idsOfPages(list, walk.pageCount);
  const wholes = list.generations.filter(
    ({ lastModified, ids }) =>
      ids.join() === held.join() &&
      (walk.pageCount === 1 || lastModified.getTime() === walk.generation.getTime()),
  );
  expect(wholes).not.toEqual([]);
}
