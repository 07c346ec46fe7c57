import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { startApi, type ApiUnderTest } from './api-under-test.js';
import { contract, daysFromNow, insert, insertPlaces, item } from './world.js';

/** More than are looked at one by one, and than are counted. */
const CONTRACTS = 25_000;
const LIMIT = 50;
const COUNTED = 10_000;

/** The half with the higher prices are blueprint copies. */
const isCopy = (id: number) => id > CONTRACTS / 2;
const isFrigate = (id: number) => isCopy(id) || id % 1_000 === 0;
const hasNeedle = (id: number) => id > 11_900 && id <= 11_910;
const isOfCorporation = (id: number) => id <= 11_950;
const isPlaced = (id: number) => id % 7 > 0;
const isNew = (id: number) => id % 3 === 0;
const hasVolume = (id: number) => id > 24_000;
/** Half of them with a volume. */
const hasThread = (id: number) => id > 23_970 && id <= 24_030;
/** Beside Jita's station more of high security than are planned with one by one. */
const OTHER_LOCATIONS = Array.from({ length: 1_200 }, (_, index) => ({
  ...{ location_id: 60010000 + index, kind: 'station', name: `Station ${index}`, system_id: 30000142 },
  resolved_at: daysFromNow(0),
}));
const idsFrom1 = Array.from({ length: CONTRACTS }, (_, index) => index + 1);

const contractOf = (id: number) =>
  contract({
    contract_id: id,
    price: id,
    date_issued: daysFromNow(isNew(id) ? -1 : -9),
    volume: hasVolume(id) ? id : null,
    start_location_id: isPlaced(id) ? 60003760 : 1035466617946,
    issuer_corporation_id: isOfCorporation(id) ? 98000002 : 98000001,
    contains_blueprint_copies: isCopy(id),
    category_ids: [isFrigate(id) ? 6 : 4],
    title: hasNeedle(id) ? 'a needle' : hasThread(id) ? 'a thread' : '',
  });
const itemOf = (id: number) =>
  item({
    contract_id: id,
    type_id: isCopy(id) ? 603 : isFrigate(id) ? 587 : 34,
    is_blueprint_copy: isCopy(id),
  });

let api: ApiUnderTest;

beforeAll(async () => {
  // Each total is counted.
  api = await startApi({ RESPONSE_CACHE_MB: '0' });
  await insertPlaces(api.databaseUrl);
  await insert(api.databaseUrl, 'locations', OTHER_LOCATIONS);
  await insert(api.databaseUrl, 'contracts', idsFrom1.map(contractOf));
  await insert(api.databaseUrl, 'contract_items', idsFrom1.map(itemOf));
  await runSql(api.databaseUrl, 'ANALYZE');
}, 60_000);

afterAll(() => api.stop());

interface Page {
  readonly data: { readonly contract_id: number }[];
  readonly page: { readonly next_cursor: string | null; readonly previous_cursor: string | null };
  readonly total: number;
  readonly total_is_exact: boolean;
  readonly facets: { readonly category_id: { readonly value: number; readonly count: number }[] };
}

async function getPage(query: string): Promise<Page> {
  return (await request(api.url).get(`/api/v1/contracts?limit=${LIMIT}&${query}`).expect(200)).body as Page;
}

const idsOf = ({ data }: Page) => data.map(({ contract_id }) => contract_id);

test.each<[where: string, query: string, matches: (id: number) => boolean]>([
  ['among the first in the order', 'is_blueprint_copy=true&sort=-price', isCopy],
  ['many, and all far from where the order begins', 'is_blueprint_copy=true&sort=price', isCopy],
  ['many of a type, and all far', 'type_id=603&sort=price', isCopy],
  ['many of a category and a type', 'category_id=6,4&type_id=603&sort=price', isCopy],
  ['many by a name, and all far', 'q=merlin&sort=price', isCopy],
  ['few by a name, and scattered', 'q=rifter&sort=price', (id) => !isCopy(id) && id % 1_000 === 0],
  ['few by their type', 'type_id=587&sort=-price', (id) => !isCopy(id) && id % 1_000 === 0],
  ['few by their title, of all', 'q=needle&sort=-price', hasNeedle],
  [
    'few by their title, of those that others leave',
    'q=needle&issuer_corporation_id=98000002&sort=price',
    hasNeedle,
  ],
  [
    'many, in few systems',
    'security=high&issuer_corporation_id=98000002&sort=-price',
    (id) => isOfCorporation(id) && isPlaced(id),
  ],
  ['nowhere, since no location is there', 'security=low&sort=price', () => false],
  ['none', 'q=nothing&sort=price', () => false],
  ['after those with a value', 'is_blueprint_copy=false&sort=volume', (id) => !isCopy(id)],
  ['before those without a value', 'is_blueprint_copy=true&sort=-volume', isCopy],
  ['with and without a value', 'q=thread&sort=-volume', hasThread],
  ['of a time', 'issued_before=2100-01-01T00:00:00Z&sort=price', () => true],
  ['of no time', 'issued_after=2100-01-01T00:00:00Z&sort=price', () => false],
])('what matches is found where it is: %s', async (_where, query, matches) => {
  const expected = idsFrom1.filter(matches);
  const isDescending = query.includes('sort=-');
  const inOrder = isDescending ? expected.toReversed() : expected;
  const sorted = query.includes('volume')
    ? [...inOrder.filter(hasVolume), ...inOrder.filter((id) => !hasVolume(id))]
    : inOrder;

  // A list that is large is known to be so from its first answer on.
  for (const page of [await getPage(query), await getPage(query)]) {
    expect(idsOf(page)).toEqual(sorted.slice(0, LIMIT));
    expect(page.total).toBe(Math.min(expected.length, COUNTED));
  }
  const first = await getPage(`${query}&facets=category_id`);
  expect(idsOf(first)).toEqual(sorted.slice(0, LIMIT));
  expect(first.total).toBe(Math.min(expected.length, COUNTED));
  const counts = first.facets.category_id.map(({ count }) => count);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(expected.length);

  const { next_cursor } = first.page;
  expect(next_cursor === null).toBe(expected.length <= LIMIT);
  if (next_cursor !== null) {
    const second = await getPage(`${query}&cursor=${next_cursor}`);
    expect(idsOf(second)).toEqual(sorted.slice(LIMIT, 2 * LIMIT));
    const back = await getPage(`${query}&cursor=${String(second.page.previous_cursor)}`);
    expect(idsOf(back)).toEqual(idsOf(first));
    const third = await getPage(`${query}&page=3`);
    expect(idsOf(third)).toEqual(sorted.slice(2 * LIMIT, 3 * LIMIT));
  }
});

test.each([
  [10_000, true],
  [10_001, false],
  [10_999, false],
  [11_000, false],
])('a list of %i is whole, and its total exact up to ten thousand', async (size, total_is_exact) => {
  const query = `max_price=${size}&sort=-price`;
  const page = await getPage(query);
  expect(page).toMatchObject({ total: COUNTED, total_is_exact });
  expect(idsOf(page)).toEqual(Array.from({ length: LIMIT }, (_, index) => size - index));
  const last = await getPage(`${query}&page=${COUNTED / LIMIT}`);
  expect(idsOf(last)).toEqual(Array.from({ length: LIMIT }, (_, index) => size - COUNTED + LIMIT - index));
});

test('facets of more than a hundred thousand say that they are not exact, and the page is whole', async () => {
  const more = await startApi();
  try {
    await insertPlaces(more.databaseUrl);
    await insert(more.databaseUrl, 'contracts', [contract({ contract_id: 1, price: 1 })]);
    const columns = await runSql(
      more.databaseUrl,
      `SELECT string_agg(quote_ident(attname), ', ') AS names FROM pg_attribute
        WHERE attrelid = 'contracts'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
          AND attname NOT IN ('contract_id', 'price')`,
    );
    const names = String(columns[0]?.['names']);
    // In portions, and as copies of what the triggers have made: a long transaction would hold up what others see.
    for (let first = 2; first <= 100_001; first += 5_000) {
      await runSql(
        more.databaseUrl,
        `SET session_replication_role = replica; INSERT INTO contracts (contract_id, price, ${names})
         SELECT id, id, ${names} FROM contracts, generate_series(${first}, ${first + 4_999}) id WHERE contract_id = 1`,
      );
    }
    const ask = async (query: string) =>
      (await request(more.url).get(`/api/v1/contracts?sort=-price&limit=2&${query}`).expect(200))
        .body as Page;
    expect(await ask('facets=type')).toMatchObject({
      data: [{ contract_id: 100_001 }, { contract_id: 100_000 }],
      total: COUNTED,
      facets_are_exact: false,
    });
    expect(await ask('facets=type&max_price=100000')).toMatchObject({
      data: [{ contract_id: 100_000 }, { contract_id: 99_999 }],
      facets: { type: [{ value: 'item_exchange', count: 100_000 }] },
      facets_are_exact: true,
    });
  } finally {
    await more.stop();
  }
}, 60_000);

test.each<[query: string, matches: (id: number) => boolean]>([
  ['', () => true],
  ['is_blueprint_copy=true', isCopy],
  ['is_blueprint_copy=true&status=any', isCopy],
  [`issued_after=${daysFromNow(-5)}`, isNew],
  [`issued_after=${daysFromNow(-5)}&is_blueprint_copy=true`, (id) => isNew(id) && isCopy(id)],
  ['type_id=603', isCopy],
  ['max_price=1999', (id) => id < 2_000],
  ['max_price=2001', (id) => id <= 2_001],
  ['location_id=60003760', () => false],
])('contracts whose system nobody knows are counted among many: %s', async (query, matches) => {
  expect(await getPage(`security=low&${query}`)).toMatchObject({
    total: 0,
    unplaced_excluded: idsFrom1.filter((id) => matches(id) && !isPlaced(id)).length,
  });
});

test('contracts whose system nobody knows are counted up to ten thousand, those without a location among them', async () => {
  await runSql(
    api.databaseUrl,
    `UPDATE contracts SET start_location_id = NULL WHERE contract_id <= ${COUNTED - 1_000} AND start_location_id = 60003760`,
  );
  expect(await getPage('security=low')).toMatchObject({ unplaced_excluded: COUNTED });
});
