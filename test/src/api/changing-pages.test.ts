import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import request from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { startApi, type ApiUnderTest } from './api-under-test.js';
import { insertUniverse } from './naive/small-world.js';
import { SORTS } from './naive/sort.js';
import { contract, daysFromNow, insert, oneShip } from './world.js';

let api: ApiUnderTest;
let nextId = 1;

beforeAll(async () => {
  api = await startApi();
  await insertUniverse(api.databaseUrl);
});

afterAll(() => api.stop());

/** Values that meet, and some that are missing. */
const drawn = fc.record({
  price: fc.constantFrom(null, 1, 2, 3),
  volume: fc.constantFrom(null, 0, 1, 2),
  reward: fc.constantFrom(null, 0, 5),
  collateral: fc.constantFrom(null, 1),
  buyout: fc.constantFrom(null, 0, 9),
  days_to_complete: fc.constantFrom(null, 1, 7),
  date_issued: fc.integer({ min: 1, max: 4 }).map((days) => daysFromNow(-days)),
  date_expired: fc.integer({ min: 1, max: 4 }).map(daysFromNow),
  ship: fc.constantFrom({}, oneShip(587), oneShip(638)),
});
const someContracts = fc.array(drawn, { minLength: 1, maxLength: 5 });

async function add(contracts: (typeof drawn extends fc.Arbitrary<infer Drawn> ? Drawn : never)[]) {
  const rows = contracts.map(({ ship, ...fields }) => {
    nextId += 1;
    return contract({ contract_id: nextId, ...fields, ...oneShip(0), ...noShip, ...ship });
  });
  await insert(api.databaseUrl, 'contracts', rows);
  return rows.map((row) => Number(row['contract_id']));
}

const noShip = { ship_row_count: 0, ship_type_id: null };

interface Page {
  readonly data: { readonly contract_id: number }[];
  readonly page: { readonly next_cursor: string | null };
}

async function getPage(query: string, cursor: string | null): Promise<Page> {
  const path = `/api/v1/contracts?${query}${cursor === null ? '' : `&cursor=${cursor}`}`;
  return (await request(api.url).get(path).expect(200)).body as Page;
}

test('while rows come and go between pages, none comes twice, and none is missed that was there all along', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SORTS),
      fc.integer({ min: 1, max: 4 }),
      fc.array(drawn, { minLength: 10, maxLength: 14 }),
      fc.array(fc.tuple(someContracts, fc.nat()), { minLength: 14, maxLength: 14 }),
      async (sort, limit, first, changes) => {
        await runSql(api.databaseUrl, 'DELETE FROM contracts');
        const listed = await add(first);
        const gone: number[] = [];
        const seen: number[] = [];
        let cursor: string | null = null;
        for (const [added, index] of changes) {
          const { data, page } = await getPage(`sort=${sort}&limit=${limit}`, cursor);
          seen.push(...data.map(({ contract_id }) => contract_id));
          cursor = page.next_cursor;
          if (cursor === null) {
            break;
          }
          await add(added);
          // Also the row at which the next page begins.
          const leaving = index % 2 === 0 ? seen.at(-1) : listed[index % listed.length];
          gone.push(leaving ?? 0);
          await runSql(
            api.databaseUrl,
            `UPDATE contracts SET gone_at = now() WHERE contract_id = ${leaving}`,
          );
        }
        // Rows can be added faster than they are read; those of the beginning come by at last.
        while (cursor !== null) {
          const { data, page }: Page = await getPage(`sort=${sort}&limit=200`, cursor);
          seen.push(...data.map(({ contract_id }) => contract_id));
          cursor = page.next_cursor;
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual(expect.arrayContaining(listed.filter((id) => !gone.includes(id))));
      },
    ),
    { numRuns: 25, seed: 4 },
  );
}, 120_000);
