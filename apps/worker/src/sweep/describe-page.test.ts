import { describe, expect, test } from '@jest/globals';
import { describePage, type AnsweredPage } from './describe-page.js';

const TEN = new Date('2026-08-04T10:00:00Z');
const HALF_PAST_TEN = new Date('2026-08-04T10:30:00Z');
const NOON = new Date('2026-08-04T12:00:00Z');
const STORED = { last_modified: TEN, named: true, page_count: 34 };

const ROWS: AnsweredPage = {
  kind: 'rows',
  rows: [],
  etag: null,
  lastModified: HALF_PAST_TEN,
  date: NOON,
  pageCount: 2,
  freshSeconds: 60,
};
const BARE_304: AnsweredPage = {
  kind: 'unchanged',
  etag: '"a"',
  lastModified: null,
  date: NOON,
  pageCount: null,
  freshSeconds: 60,
};

describe('an answer', () => {
  test('with rows says itself of which generation it is and how long the list is', () => {
    expect(describePage(ROWS, STORED, 1)).toMatchObject({
      lastModified: HALF_PAST_TEN,
      named: true,
      confirmedAt: null,
      pageCount: 2,
      counted: true,
    });
  });

  test('with rows of an unnamed generation is as old as the answer', () => {
    const unnamed = { ...ROWS, lastModified: null };
    expect(describePage(unnamed, STORED, 1)).toMatchObject({
      lastModified: NOON,
      named: false,
      pageCount: 2,
    });
  });

  test('304 with nothing else repeats what the stored page said: a shorter list would remove contracts', () => {
    expect(describePage(BARE_304, STORED, 1)).toMatchObject({
      lastModified: TEN,
      named: true,
      pageCount: 34,
      counted: false,
    });
  });

  test('304 without Last-Modified leaves open of which generation it is, up to the moment of the answer', () => {
    expect(describePage(BARE_304, STORED, 1)).toMatchObject({ confirmedAt: NOON });
  });

  test('without X-Pages whose page is full leaves room for one behind it', () => {
    expect(describePage(BARE_304, STORED, 35)).toMatchObject({ pageCount: 35, counted: false });
  });

  test('304 with headers of its own is believed', () => {
    const full: AnsweredPage = { ...BARE_304, lastModified: HALF_PAST_TEN, pageCount: 35 };
    expect(describePage(full, STORED, 1)).toMatchObject({
      lastModified: HALF_PAST_TEN,
      confirmedAt: null,
      pageCount: 35,
    });
  });

  test('of a server whose clock is ahead is believed, but not one of another day', () => {
    const ahead: AnsweredPage = { ...ROWS, lastModified: new Date('2026-08-04T14:00:00Z') };
    expect(describePage(ahead, STORED, 1)).toMatchObject({ lastModified: ahead.lastModified, named: true });
    const nonsense: AnsweredPage = { ...ROWS, lastModified: new Date('2099-01-01T00:00:00Z') };
    expect(describePage(nonsense, STORED, 1)).toMatchObject({ lastModified: NOON, named: false });
  });

  test('stays fresh as long as it says', () => {
    expect(describePage(ROWS, STORED, 1, 5_000)).toMatchObject({ freshUntil: 65_000 });
  });
});
