import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { startApi, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';
import { contract, daysFromNow, insert, insertPlaces } from './world.js';

const COUNT = 230;
let api: ApiUnderTest;
let documented: DocumentedApi;

/** Few different values, so that every order has ties, and prices that are missing. */
function manyContracts() {
  return Array.from({ length: COUNT }, (_, index) =>
    contract({
      contract_id: 1_000 + ((index * 7) % COUNT),
      price: index % 4 === 0 ? null : (index % 9) + 0.05,
      date_issued: daysFromNow(-1 - (index % 13)),
      date_expired: daysFromNow(1 + (index % 11)),
      gone_at: index % 23 === 0 ? daysFromNow(-0.5) : null,
    }),
  );
}

beforeAll(async () => {
  api = await startApi();
  documented = await readDocument(api.url);
  await insertPlaces(api.databaseUrl);
  await insert(api.databaseUrl, 'contracts', manyContracts());
});

afterAll(() => api.stop());

interface Page {
  readonly data: { readonly contract_id: number }[];
  readonly page: { readonly next_cursor: string | null; readonly previous_cursor: string | null };
  readonly total: number;
}

async function getPage(query: string): Promise<Page> {
  const response = await request(api.url).get(`/api/v1/contracts?${query}`).expect(200);
  documented.expectDocumented('/api/v1/contracts', response);
  return response.body as Page;
}

/** Follows the cursors of one direction to the end. */
async function walk(query: string, direction: 'next_cursor' | 'previous_cursor', from?: string) {
  const pages = [await getPage(from === undefined ? query : `${query}&cursor=${from}`)];
  for (let cursor = pages[0]?.page[direction]; cursor; cursor = pages.at(-1)?.page[direction]) {
    pages.push(await getPage(`${query}&cursor=${cursor}`));
  }
  return pages;
}

const idsOf = (pages: readonly Page[]) =>
  pages.flatMap(({ data }) => data.map(({ contract_id }) => contract_id));

/** The same order by a sort of the whole table. */
async function naiveOrder(sort: string, where: string): Promise<number[]> {
  const [column, order] = sort.startsWith('-') ? [sort.slice(1), 'DESC'] : [sort, 'ASC'];
  const rows = await runSql(
    api.databaseUrl,
    `SELECT contract_id FROM contracts WHERE ${where} ORDER BY ${column} ${order} NULLS LAST, contract_id ${order}`,
  );
  return rows.map(({ contract_id }) => Number(contract_id));
}

describe.each(['price', '-price', 'date_issued', '-date_issued', 'date_expired', '-date_expired'])(
  'sort=%s',
  (sort) => {
    test.each([
      [7, 'outstanding', 'gone_at IS NULL'],
      [50, 'any', 'TRUE'],
    ])('pages of %i forth and back hold every row of %s once, in order', async (limit, status, where) => {
      const query = `sort=${sort}&limit=${limit}&status=${status}`;
      const expected = await naiveOrder(sort, where);

      const forth = await walk(query, 'next_cursor');
      expect(idsOf(forth)).toEqual(expected);
      expect(forth.map(({ total }) => total)).toEqual(forth.map(() => expected.length));
      expect(forth[0]?.page.previous_cursor).toBeNull();

      const last = forth.at(-1)?.page.previous_cursor ?? '';
      const back = await walk(query, 'previous_cursor', last);
      expect(back.toReversed().map(({ data }) => data)).toEqual(forth.slice(0, -1).map(({ data }) => data));
    });

    test('page=N agrees with the cursors', async () => {
      const expected = await naiveOrder(sort, 'gone_at IS NULL');
      const third = await getPage(`sort=${sort}&limit=20&page=3`);
      expect(idsOf([third])).toEqual(expected.slice(40, 60));
      const [fourth, second] = await Promise.all(
        [third.page.next_cursor, third.page.previous_cursor].map((cursor) =>
          getPage(`sort=${sort}&limit=20&cursor=${cursor}`),
        ),
      );
      expect(idsOf([fourth as Page])).toEqual(expected.slice(60, 80));
      expect(idsOf([second as Page])).toEqual(expected.slice(20, 40));
    });
  },
);

test('a page whose rows have all left still leads back', async () => {
  const region = { region_id: 10000043 };
  await insert(api.databaseUrl, 'contracts', [
    contract({ contract_id: 5_001, ...region, price: 1 }),
    contract({ contract_id: 5_002, ...region, price: 2 }),
  ]);
  const query = 'region_id=10000043&sort=price&limit=1';
  const first = await getPage(query);
  await runSql(api.databaseUrl, 'UPDATE contracts SET gone_at = now() WHERE contract_id = 5002');

  const empty = await getPage(`${query}&cursor=${first.page.next_cursor}`);
  expect(empty).toMatchObject({ data: [], page: { next_cursor: null }, total: 1 });

  const back = await getPage(`${query}&cursor=${empty.page.previous_cursor}`);
  expect(back).toMatchObject({
    data: [{ contract_id: 5_001 }],
    page: { next_cursor: null, previous_cursor: null },
  });
});

test('page beyond the last one is empty and leads back', async () => {
  const beyond = await getPage('region_id=10000002&limit=200&page=9');
  expect(beyond).toMatchObject({ data: [], page: { next_cursor: null } });
  const back = await getPage(`region_id=10000002&limit=200&cursor=${beyond.page.previous_cursor}`);
  expect(back.data.length).toBeGreaterThan(0);
});

describe('a cursor', () => {
  test.each([
    ['another sort', 'sort=price&limit=5'],
    ['other filters', 'limit=5&type=auction'],
    ['another list', 'ships'],
  ])('of %s is refused by name', async (_what, other) => {
    const { page } = await getPage('limit=5');
    const path = other === 'ships' ? '/api/v1/contracts/ships?limit=5' : `/api/v1/contracts?${other}`;
    const response = await request(api.url).get(`${path}&cursor=${page.next_cursor}`).expect(400);
    expect(response.body).toMatchObject({ errors: [{ parameter: 'cursor' }] });
  });

  test('works with another limit, and with lists in another order', async () => {
    const { page } = await getPage('limit=5&type=auction,item_exchange&region_id=10000002');
    const next = await getPage(
      `region_id=10000002&type=item_exchange&type=auction&limit=9&cursor=${page.next_cursor}`,
    );
    expect(next.data).toHaveLength(9);
  });

  test('and page exclude each other', async () => {
    const { page } = await getPage('limit=5');
    await request(api.url).get(`/api/v1/contracts?limit=5&page=2&cursor=${page.next_cursor}`).expect(400);
  });
});

test.each(['page=201', 'page=51&limit=200', 'page=1e300', 'page=10001&limit=1'])(
  '%s is refused and points to cursor',
  async (query) => {
    const response = await request(api.url).get(`/api/v1/contracts?${query}`).expect(400);
    expect(response.body).toMatchObject({
      errors: [{ parameter: 'page', message: expect.stringContaining('cursor') }],
    });
  },
);
