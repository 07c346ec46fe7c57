import { sql, type Sql } from '@hangar-bay/database';
import { z } from 'zod';
import { INT32_MAX, ISK_MAX } from '../limits.js';
import { filter } from './filter.js';

interface Amount {
  readonly column: Sql;
  /** The column's type. */
  readonly type: Sql;
  readonly what: string;
  readonly schema: z.ZodType<number>;
}

/** The least and the most. A least above the most is no error: nothing matches. */
function range({ column, type, what, schema }: Amount) {
  const bound = (which: string) => ({
    schema: schema.optional().meta({ description: `${which} ${what}; leaves out contracts without one` }),
    numeric: true,
  });
  // As text: a double loses nothing on the way to numeric.
  return {
    min: filter({ ...bound('Least'), where: (value) => sql`${column} >= ${String(value)}::${type}` }),
    max: filter({ ...bound('Most'), where: (value) => sql`${column} <= ${String(value)}::${type}` }),
  };
}

const numberUpTo = (max: number) =>
  z.number('must be a number').min(0, 'must be at least 0').max(max, `must be at most ${max}`);

const wholeNumber = z
  .int('must be a whole number')
  .min(0, 'must be at least 0')
  .max(INT32_MAX, `must be at most ${INT32_MAX}`);

const isk = (column: Sql, what: string) =>
  range({ column, type: sql`numeric`, what: `${what} in ISK`, schema: numberUpTo(ISK_MAX) });

const price = isk(sql`c.price`, 'price');
const buyout = isk(sql`c.buyout`, 'buyout');
const reward = isk(sql`c.reward`, 'reward');
const collateral = isk(sql`c.collateral`, 'collateral');
const volume = range({
  column: sql`c.volume`,
  type: sql`float8`,
  what: 'volume in cubic metres',
  schema: numberUpTo(ISK_MAX),
});
const days = range({
  column: sql`c.days_to_complete`,
  type: sql`int`,
  what: 'number of days to complete',
  schema: wholeNumber,
});

export const amountFilters = {
  min_price: price.min,
  max_price: price.max,
  min_buyout: buyout.min,
  max_buyout: buyout.max,
  min_reward: reward.min,
  max_reward: reward.max,
  min_collateral: collateral.min,
  max_collateral: collateral.max,
  min_volume: volume.min,
  max_volume: volume.max,
  min_days_to_complete: days.min,
  max_days_to_complete: days.max,
};
