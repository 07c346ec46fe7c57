import { z } from 'zod';
import type { ShipOfferRow, ShipOffers } from '../queries/list-ships.js';
import { count, formatOptionalTime, isk, name, smallId, time } from './values.js';

const lowestPrice = isk.nullable().meta({
  description: 'ISK; the lowest `price`, which of an auction is the starting bid. Null where none has one',
});

const lowestExchangePrice = isk.nullable().meta({
  description:
    'ISK; the lowest `price` of an item exchange that asks for nothing but ISK: what one can be had for now. Null where there is none',
});

const prices = { lowest_price: lowestPrice, lowest_exchange_price: lowestExchangePrice };

const shipSchema = z
  .object({
    type_id: smallId,
    name,
    group_id: smallId.nullable(),
    group_name: name,
    outstanding: count.meta({ description: 'Ship contracts on offer' }),
    auctions: count.meta({ description: 'How many of them are auctions' }),
    ...prices,
    regions: z
      .array(
        z
          .object({
            region_id: smallId,
            region_name: name,
            outstanding: count,
            auctions: count,
            ...prices,
          })
          .meta({ id: 'ShipOffersInRegion' }),
      )
      .meta({ description: 'The same, region by region' }),
  })
  .meta({ id: 'ShipOffers', description: 'A ship type on offer' });

export const shipListSchema = z
  .object({
    data: z.array(shipSchema),
    as_of: time.nullable().meta({
      description:
        'The oldest generation among the regions asked for; null where one of them was never read completely',
    }),
  })
  .meta({ id: 'ShipList' });

type Ship = z.output<typeof shipSchema>;
type Offers = Pick<Ship, 'outstanding' | 'auctions' | 'lowest_price' | 'lowest_exchange_price'>;
export type ShipList = z.output<typeof shipListSchema>;

/** Puts the regions of each type together; types keep their order. */
export function serializeShips({ rows, as_of }: ShipOffers): ShipList {
  const byType = new Map<number, ShipOfferRow[]>();
  for (const row of rows) {
    const ofType = byType.get(row.type_id) ?? [];
    ofType.push(row);
    byType.set(row.type_id, ofType);
  }
  return { data: [...byType.values()].map(serializeShip), as_of: formatOptionalTime(as_of) };
}

function serializeShip(rows: readonly ShipOfferRow[]): Ship {
  const [first] = rows as [ShipOfferRow];
  return {
    type_id: first.type_id,
    name: first.name,
    group_id: first.group_id,
    group_name: first.group_name,
    ...sumUp(rows),
    regions: rows.map((row) => ({
      region_id: row.region_id,
      region_name: row.region_name,
      outstanding: row.outstanding,
      auctions: row.auctions,
      lowest_price: row.lowest_price,
      lowest_exchange_price: row.lowest_exchange_price,
    })),
  };
}

function sumUp(rows: readonly ShipOfferRow[]): Offers {
  const total: Offers = { outstanding: 0, auctions: 0, lowest_price: null, lowest_exchange_price: null };
  for (const row of rows) {
    total.outstanding += row.outstanding;
    total.auctions += row.auctions;
    total.lowest_price = lower(total.lowest_price, row.lowest_price);
    total.lowest_exchange_price = lower(total.lowest_exchange_price, row.lowest_exchange_price);
  }
  return total;
}

function lower(left: number | null, right: number | null): number | null {
  return left === null || (right !== null && right < left) ? right : left;
}
