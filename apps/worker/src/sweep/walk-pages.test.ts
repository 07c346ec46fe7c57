import { describe, expect, test } from '@jest/globals';
import { ListOfContracts, MINUTE, QUIET, idsOfPages, type Moment } from './list-of-contracts.test-setup.js';
import { walkPages } from './walk-pages.js';

describe('a walk over a quiet list', () => {
  test('asks for each page once, the one with the newest contracts first, and is complete', async () => {
    const list = new ListOfContracts(10);
    expect(await list.walk()).toMatchObject({
      outcome: 'complete',
      generation: list.current.lastModified,
      pageCount: 4,
    });
    expect(list.requests).toEqual([1, 4, 3, 2]);
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
    expect(list.requests).toEqual([1, 4, 3, 2, 4, 1]);
  });

  test('is left alone while the older pages are fresh for long, and walked when they no longer are', async () => {
    const list = new ListOfContracts(10, [QUIET, QUIET, regenerate]);
    const walk = await list.walk();
    expect(walk).toMatchObject({ outcome: 'inconsistent', retryMs: expect.any(Number) });
    expect(list.requests).toEqual([1, 4, 3, 2]);
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
    expect(list.requests).toEqual([1, 3, 2]);
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
