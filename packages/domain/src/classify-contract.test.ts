import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SHIP_CATEGORY_ID, classifyContract, kindOfType } from './classify-contract.js';
import type { EsiItem } from './esi/item.js';

const RIFTER = 587;
const THRASHER = 16_242;
const TRITANIUM = 34;
const BLUEPRINT = 691;
const UNKNOWN = 1;
const GROUPS = new Map([
  [RIFTER, { group_id: 25, category_id: SHIP_CATEGORY_ID }],
  [THRASHER, { group_id: 420, category_id: SHIP_CATEGORY_ID }],
  [TRITANIUM, { group_id: 18, category_id: 4 }],
  [BLUEPRINT, { group_id: 105, category_id: 9 }],
]);

function kindOf(typeId: number) {
  const type = GROUPS.get(typeId);
  return type === undefined ? null : kindOfType(type, null);
}

const NO_TERMS = {
  ...{ least_runs: null, most_runs: null, least_material_efficiency: null, most_material_efficiency: null },
  ...{ least_time_efficiency: null, most_time_efficiency: null },
};

let records = 0;

function row(type_id: number, changes: Partial<EsiItem> = {}): EsiItem {
  records += 1;
  return {
    record_id: records,
    type_id,
    quantity: 1,
    is_included: true,
    is_blueprint_copy: false,
    ...changes,
  };
}

describe('a contract', () => {
  test('with one included ship row is a ship contract', () => {
    expect(classifyContract([row(RIFTER, { quantity: 3 })], kindOf)).toEqual({
      included_row_count: 1,
      requested_row_count: 0,
      ship_row_count: 1,
      contains_additional_items: false,
      contains_blueprint_copies: false,
      category_ids: [SHIP_CATEGORY_ID],
      ship: copied(RIFTER, { quantity: 3 }),
      primary: copied(RIFTER, { quantity: 3 }),
      ...NO_TERMS,
    });
  });

  test('with a ship and its fittings is a ship contract with additional items, and about no single item', () => {
    const found = classifyContract([row(TRITANIUM), row(RIFTER), row(TRITANIUM)], kindOf);
    expect(found).toMatchObject({ ship_row_count: 1, contains_additional_items: true, primary: null });
    expect(found.ship).toEqual(copied(RIFTER));
  });

  test('with two ship rows is a bundle and shows neither as its ship', () => {
    const found = classifyContract([row(RIFTER), row(THRASHER)], kindOf);
    expect(found).toMatchObject({ ship_row_count: 2, ship: null, primary: null });
  });

  test('that only asks for a ship sells none', () => {
    expect(classifyContract([row(RIFTER, { is_included: false })], kindOf)).toEqual({
      included_row_count: 0,
      requested_row_count: 1,
      ship_row_count: 0,
      contains_additional_items: false,
      contains_blueprint_copies: false,
      category_ids: [],
      ship: null,
      primary: null,
      ...NO_TERMS,
    });
  });

  test('that swaps a ship for another shows the included one, and the requested one is not an addition', () => {
    const found = classifyContract([row(THRASHER, { is_included: false }), row(RIFTER)], kindOf);
    expect(found).toMatchObject({
      requested_row_count: 1,
      ship_row_count: 1,
      contains_additional_items: false,
    });
    expect(found.primary).toEqual(copied(RIFTER));
  });

  test('with one blueprint copy is about that copy', () => {
    const copy = { is_blueprint_copy: true, runs: 5, material_efficiency: 0, time_efficiency: 20 };
    expect(classifyContract([row(BLUEPRINT, copy)], kindOf)).toMatchObject({
      ship: null,
      primary: copied(BLUEPRINT, copy),
    });
  });

  test('tells the categories of what it sells, each once, and whether there are copies among it', () => {
    const rows = [
      row(BLUEPRINT),
      row(BLUEPRINT, { is_blueprint_copy: true }),
      row(RIFTER),
      row(TRITANIUM, { is_included: false }),
      row(UNKNOWN),
    ];
    expect(classifyContract(rows, kindOf)).toMatchObject({
      category_ids: [SHIP_CATEGORY_ID, 9],
      contains_blueprint_copies: true,
    });
    const wanted = row(BLUEPRINT, { is_included: false, is_blueprint_copy: true });
    expect(classifyContract([row(RIFTER), wanted], kindOf)).toMatchObject({
      category_ids: [SHIP_CATEGORY_ID],
      contains_blueprint_copies: false,
    });
  });

  test('with several blueprints tells the least and the most of each of their terms', () => {
    const rows = [
      row(BLUEPRINT, { runs: 5, material_efficiency: 10 }),
      row(BLUEPRINT, { runs: 1, material_efficiency: 0 }),
      row(BLUEPRINT, { is_included: false, runs: 300, time_efficiency: 20 }),
      row(TRITANIUM),
    ];
    expect(classifyContract(rows, kindOf)).toMatchObject({
      ...NO_TERMS,
      ...{ least_runs: 1, most_runs: 5, least_material_efficiency: 0, most_material_efficiency: 10 },
    });
  });

  test('with the same row twice (ESI repeats record_id) counts both', () => {
    const twice = row(RIFTER);
    expect(classifyContract([twice, twice], kindOf)).toMatchObject({
      included_row_count: 2,
      ship_row_count: 2,
    });
  });
});

test('ships are the types of certain groups, or all of their category', () => {
  const frigate = { group_id: 25, category_id: SHIP_CATEGORY_ID };
  expect(kindOfType(frigate, null)).toEqual({ is_ship: true, category_id: SHIP_CATEGORY_ID });
  expect(kindOfType(frigate, new Set([27]))).toEqual({ is_ship: false, category_id: SHIP_CATEGORY_ID });
  expect(kindOfType({ group_id: 18, category_id: 4 }, null).is_ship).toBe(false);
  expect(kindOfType({ group_id: 18, category_id: 4 }, new Set([18])).is_ship).toBe(true);
});

describe('whatever the rows', () => {
  const anyRow = fc.record(
    {
      record_id: fc.integer(),
      type_id: fc.constantFrom(RIFTER, THRASHER, TRITANIUM, BLUEPRINT),
      quantity: fc.nat(),
      is_included: fc.boolean(),
      is_blueprint_copy: fc.boolean(),
      runs: fc.integer({ min: 1, max: 300 }),
      material_efficiency: fc.integer({ min: 0, max: 25 }),
    },
    { requiredKeys: ['record_id', 'type_id', 'quantity', 'is_included', 'is_blueprint_copy'] },
  ) as fc.Arbitrary<EsiItem>;
  const anyRows = fc.array(anyRow, { maxLength: 6 });

  test('each row is counted once, as included or as requested', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { included_row_count, requested_row_count } = classifyContract(rows, kindOf);
        expect(included_row_count).toBe(rows.filter((each) => each.is_included).length);
        expect(included_row_count + requested_row_count).toBe(rows.length);
      }),
    );
  });

  test('their order does not matter', () => {
    const reordered = anyRows.chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
      ),
    );
    fc.assert(
      fc.property(reordered, ([rows, shuffled]) => {
        expect(classifyContract(shuffled, kindOf)).toEqual(classifyContract(rows, kindOf));
      }),
    );
  });

  test('requested rows change nothing of what is sold', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const offered = rows.filter((each) => each.is_included);
        expect({ ...classifyContract(rows, kindOf), requested_row_count: 0 }).toEqual(
          classifyContract(offered, kindOf),
        );
      }),
    );
  });

  test('there is a ship exactly when one included row is of a ship type, and it is that row', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const ships = rows.filter((each) => each.is_included && kindOf(each.type_id)?.is_ship);
        const found = classifyContract(rows, kindOf);
        expect(found.ship_row_count).toBe(ships.length);
        expect(found.ship_row_count).toBeLessThanOrEqual(found.included_row_count);
        expect(found.ship?.type_id).toBe(ships.length === 1 ? ships[0]?.type_id : undefined);
      }),
    );
  });

  test('an included item has at most so much of a term, or at least, exactly where the bounds say so', () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 0, max: 25 }), (rows, bound) => {
        const found = classifyContract(rows, kindOf);
        const terms = rows.flatMap((each) => (each.is_included ? (each.material_efficiency ?? []) : []));
        expect((found.least_material_efficiency ?? Infinity) <= bound).toBe(
          terms.some((term) => term <= bound),
        );
        expect((found.most_material_efficiency ?? -Infinity) >= bound).toBe(
          terms.some((term) => term >= bound),
        );
      }),
    );
  });

  test('there is a primary item exactly when one row is included, and then nothing is additional', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const found = classifyContract(rows, kindOf);
        expect(found.primary !== null).toBe(found.included_row_count === 1);
        expect(found.contains_additional_items).toBe(found.included_row_count > 1);
      }),
    );
  });
});

function copied(type_id: number, changes: object = {}): object {
  return {
    type_id,
    quantity: 1,
    is_blueprint_copy: false,
    runs: null,
    material_efficiency: null,
    time_efficiency: null,
    ...changes,
  };
}
