import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import { connectDatabase, type Database } from '@hangar-bay/database';
import request from 'supertest';
import { envOf, startApi, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';
import { matches, matchingItems, shipOf, type NaiveQuery } from './naive/evaluate.js';
import { insertContracts } from './naive/insert-contracts.js';
import { FILTER_NAMES, naiveQuery, writeQuery } from './naive/queries.js';
import { PLACES, TYPES, drawContracts, insertUniverse } from './naive/small-world.js';
import { SORTS, sortNaively } from './naive/sort.js';
import { runSql } from '../setup/run-sql.js';

const CONTRACTS = drawContracts(400, 20260818);
const MAX_PAGES = 12;

let api: ApiUnderTest;
/** On the same database: it keeps answers, and what was counted for the first page of a list. */
let keeping: ApiApp;
let keepingUrl: string;
/** On the same database: it takes every list for one with more contracts than are looked at. */
let ordering: ApiApp;
let orderingUrl: string;
let documented: DocumentedApi;

beforeAll(async () => {
  api = await startApi({ RATE_LIMIT_PER_MINUTE: '1000000' });
  documented = await readDocument(api.url);
  await insertUniverse(api.databaseUrl);
  await insertContracts(api.databaseUrl, CONTRACTS);
  keeping = createApiApp(readApiConfig(envOf(api.databaseUrl, { RESPONSE_CACHE_MB: '16' })));
  keepingUrl = (await keeping.start()).url;
  ordering = createApiApp(readApiConfig(envOf(api.databaseUrl)), { db: withoutPages(api.databaseUrl) });
  orderingUrl = (await ordering.start()).url;
});

afterAll(async () => {
  await Promise.all([keeping.stop(), ordering.stop()]);
  await api.stop();
});

/** How many pages were taken away. */
let taken = 0;

/** The database, but that it finds no page where it looks for all that matches. */
function withoutPages(url: string): Database {
  const db = connectDatabase({ url, poolSize: 4, statementTimeoutMs: 2_000, applicationName: 'test' });
  const $readRows: Database['$readRows'] = async (statement) => {
    const rows = await db.$readRows(statement);
    taken += rows.filter((row) => 'counted' in row && 'page' in row && row.page !== null).length;
    return rows.map((row) => ('counted' in row ? { ...row, page: null } : row)) as never;
  };
  return new Proxy(db, {
    get: (target, property) =>
      property === '$readRows' ? $readRows : (Reflect.get(target, property) as never),
  });
}

interface Answer {
  readonly data: { readonly contract_id: number }[];
  readonly page: { readonly next_cursor: string | null; readonly previous_cursor: string | null };
  readonly total: number;
  readonly total_is_exact: boolean;
  readonly as_of: string | null;
  readonly unplaced_excluded?: number;
  readonly facets?: Record<string, { readonly value: string | number; readonly count: number }[]>;
}

interface OpenApi {
  readonly paths: Record<
    List,
    { get: { parameters: { name: string; in: string; schema: { enum?: readonly string[] } }[] } }
  >;
}

const LISTS = { '/api/v1/contracts': false, '/api/v1/contracts/ships': true };
type List = keyof typeof LISTS;
const lists = fc.constantFrom<List>('/api/v1/contracts', '/api/v1/contracts/ships');

async function get(list: List, query: string, url = api.url): Promise<Answer> {
  const response = await request(url).get(`${list}?${query}`).expect(200);
  documented.expectDocumented(list, response);
  return response.body as Answer;
}

function evaluate(list: List, query: NaiveQuery) {
  return CONTRACTS.filter(
    (contract) => (!LISTS[list] || shipOf(contract) !== null) && matches(contract, query),
  );
}

const idsOf = (rows: readonly { readonly contract_id: number }[]) =>
  rows.map(({ contract_id }) => contract_id);

/** Pages one after the other, from the top, or from a cursor. */
async function walk(
  url: string,
  list: List,
  query: string,
  direction: 'next_cursor' | 'previous_cursor',
  from?: string | null,
) {
  const pages = [await get(list, from ? `${query}&cursor=${from}` : query, url)];
  for (let cursor = pages[0]?.page[direction]; cursor; cursor = pages.at(-1)?.page[direction]) {
    pages.push(await get(list, `${query}&cursor=${cursor}`, url));
  }
  return pages;
}

const WAYS: [pages: string, urlOf: () => string][] = [
  ['of all that matches', () => api.url],
  ['of what was counted before', () => keepingUrl],
  ['of what follows in the order', () => orderingUrl],
];

describe('whatever the query, the answer is that of a naive evaluation over the whole table', () => {
  test.each(WAYS)(
    'of every filter, in every order, on all pages, forth and back: pages %s',
    async (_pages, urlOf) => {
      await fc.assert(
        fc.asyncProperty(
          lists,
          naiveQuery,
          fc.constantFrom(...SORTS),
          fc.integer({ min: 1, max: 200 }),
          async (list, query, sort, wanted) => {
            const expected = idsOf(sortNaively(evaluate(list, query), sort));
            const limit = Math.max(wanted, Math.ceil(expected.length / MAX_PAGES));
            const text = writeQuery(query, { sort, limit });

            const forth = await walk(urlOf(), list, text, 'next_cursor');
            expect(forth.flatMap(({ data }) => idsOf(data))).toEqual(expected);
            expect(new Set(forth.map(({ total }) => total))).toEqual(new Set([expected.length]));
            expect(forth.every(({ total_is_exact }) => total_is_exact)).toBe(true);

            const last = forth.at(-1) as Answer;
            const jumped = await get(list, `${text}&page=${forth.length}`, urlOf());
            expect(idsOf(jumped.data)).toEqual(idsOf(last.data));
            expect(jumped.page.next_cursor).toBeNull();
            expect(jumped.page.previous_cursor === null).toBe(forth.length === 1);
            if (forth.length > 1) {
              const back = await walk(urlOf(), list, text, 'previous_cursor', last.page.previous_cursor);
              expect(back.toReversed().flatMap(({ data }) => idsOf(data))).toEqual(
                expected.slice(0, expected.length - last.data.length),
              );
            }
          },
        ),
        { numRuns: 250, seed: 1 },
      );
      expect(taken > 0).toBe(urlOf() === orderingUrl);
    },
    180_000,
  );

  test('of facets, each under all other filters with its own lifted', async () => {
    await fc.assert(
      fc.asyncProperty(lists, naiveQuery, async (list, query) => {
        const { facets } = await get(
          list,
          writeQuery(query, { facets: 'type,region_id,category_id', limit: 1 }),
        );
        expect(
          Object.fromEntries(Object.entries(facets ?? {}).map(([name, counts]) => [name, toMap(counts)])),
        ).toEqual({
          type: countBy(evaluate(list, without(query, 'type')), ({ type }) => [type]),
          region_id: countBy(evaluate(list, without(query, 'region_id')), ({ region_id }) => [region_id]),
          category_id: countBy(evaluate(list, without(query, 'category_id')), (contract) => {
            const items = matchingItems(contract, without(query, 'category_id'));
            return items.map(({ type_id }) => categoryOf(type_id));
          }),
        });
      }),
      { numRuns: 100, seed: 2 },
    );
  }, 60_000);

  test('of what a system cannot be asked for', async () => {
    const bySystem = fc.constantFrom<NaiveQuery>(
      { security: ['high'] },
      { system_id: [30000142], security: ['low'] },
    );
    await fc.assert(
      fc.asyncProperty(lists, naiveQuery, bySystem, async (list, others, places) => {
        const { unplaced_excluded } = await get(list, writeQuery({ ...others, ...places }, { limit: 1 }));
        const rest = evaluate(list, without(without(others, 'system_id'), 'security'));
        expect(unplaced_excluded).toBe(
          rest.filter((contract) => !isPlaced(contract.start_location_id)).length,
        );
      }),
      { numRuns: 60, seed: 3 },
    );
  }, 60_000);
});

test.each(WAYS)('pages %s tell of the oldest generation of the regions asked for', async (_pages, urlOf) => {
  await runSql(
    api.databaseUrl,
    `UPDATE regions SET last_sweep_at = now(),
       generation = '2026-08-18T11:00:00Z'::timestamptz - region_id % 10 * interval '1 hour'`,
  );
  const regionIds = [...new Set(CONTRACTS.map(({ region_id }) => region_id))];
  const [first = 0, second = 0] = regionIds;
  const generationOf = (ids: readonly number[]) =>
    `2026-08-18T${String(11 - Math.max(...ids.map((id) => id % 10))).padStart(2, '0')}:00:00Z`;
  for (const [ids, filters] of [
    [regionIds, ''],
    [regionIds, 'q=rifter&'],
    [[first], `region_id=${first}&`],
    [[first, second], `region_id=${first},${second}&expires_after=2000-01-01T00:00:00Z&`],
  ] as const) {
    const query = `${filters}status=any&sort=price&limit=2`;
    const page = await get('/api/v1/contracts', query, urlOf());
    const next = await get('/api/v1/contracts', `${query}&cursor=${page.page.next_cursor}`, urlOf());
    expect([page.as_of, next.as_of]).toEqual([generationOf(ids), generationOf(ids)]);
  }
});

test('the generated queries hold every filter and sort that there is', async () => {
  const { body } = (await request(api.url).get('/openapi.json').expect(200)) as { body: OpenApi };
  const parameters = body.paths['/api/v1/contracts'].get.parameters;
  const rest = ['sort', 'limit', 'cursor', 'page', 'facets'];
  const asked = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  expect(asked.sort()).toEqual([...FILTER_NAMES, ...rest].sort());
  expect(parameters.find(({ name }) => name === 'sort')?.schema.enum?.toSorted()).toEqual(SORTS.toSorted());
});

function without(query: NaiveQuery, name: string): NaiveQuery {
  return Object.fromEntries(Object.entries(query).filter(([each]) => each !== name));
}

const categoryOf = (typeId: number) => TYPES.find(({ type_id }) => type_id === typeId)?.category_id ?? 0;
const isPlaced = (locationId: number | null) =>
  PLACES.some(({ location_id, system_id }) => location_id === locationId && system_id !== null);
const toMap = (counts: readonly { readonly value: string | number; readonly count: number }[]) =>
  new Map(counts.map(({ value, count }) => [value, count]));

/** How many things there are of each value; a thing counts once for each of its values. */
function countBy<Thing>(things: readonly Thing[], valuesOf: (thing: Thing) => readonly (string | number)[]) {
  const counts = new Map<string | number, number>();
  for (const value of things.flatMap((thing) => [...new Set(valuesOf(thing))])) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}
