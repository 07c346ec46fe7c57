import type { RegionTruth } from '@hangar-bay/esi-sandbox';
import { runSql } from '../setup/run-sql.js';
import { readTruth } from './compare-with-truth.js';

type Bids = NonNullable<RegionTruth['contracts'][number]['bids']>;

/**
 * Compares the bids of a region's auctions with the truth, and what the contracts say of them.
 * @returns one line per difference; none when they are equal.
 */
export async function compareBids(
  databaseUrl: string,
  sandboxUrl: string,
  regionId: number,
): Promise<string[]> {
  const { contracts } = await readTruth(sandboxUrl, regionId);
  const stored = await runSql(
    databaseUrl,
    `SELECT contract_id::float8 AS contract_id,
            json_build_object('highest_bid', highest_bid, 'bid_count', bid_count, 'bids',
              (SELECT coalesce(json_agg(json_build_array(bid_id, amount, extract(epoch FROM date_bid)) ORDER BY bid_id), '[]')
                 FROM contract_bids WHERE contract_bids.contract_id = contracts.contract_id))::jsonb AS found
       FROM contracts WHERE region_id = ${regionId} AND type = 'auction'`,
  );
  const found = new Map(stored.map((row) => [row['contract_id'], row['found']]));
  return contracts.flatMap(({ contract_id, bids }) => {
    const [expected, actual] = [bids && describe(bids), found.get(contract_id)].map(write);
    return expected === undefined || expected === actual
      ? []
      : [`auction ${contract_id}: expected ${expected}, found ${actual}`];
  });
}

function describe(bids: Bids): object {
  return {
    bids: [...bids]
      .sort((a, b) => a.bid_id - b.bid_id)
      .map((bid) => [bid.bid_id, bid.amount, Date.parse(bid.date_bid) / 1000]),
    bid_count: bids.length,
    highest_bid: bids.length === 0 ? null : Math.max(...bids.map((bid) => bid.amount)),
  };
}

/** jsonb has an order of its own. */
function write(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a.localeCompare(b)))
      : inner,
  );
}
