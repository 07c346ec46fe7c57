import type { RegionList } from '../../serializers/region.js';
import type { ShipList } from '../../serializers/ship.js';
import type { TaxonomyAnswer } from '../../serializers/taxonomy.js';
import type { TypeAnswer } from '../../serializers/type.js';

const RIFTERS = { outstanding: 41, auctions: 2, lowest_price: 1, lowest_exchange_price: 890_000 };

const SHIPS: ShipList = {
  data: [
    {
      type_id: 587,
      name: 'Rifter',
      group_id: 25,
      group_name: 'Frigate',
      ...RIFTERS,
      regions: [{ region_id: 10000002, region_name: 'The Forge', ...RIFTERS }],
    },
  ],
  as_of: '2026-08-18T11:05:00Z',
};

const REGIONS: RegionList = {
  data: [
    {
      region_id: 10000002,
      name: 'The Forge',
      state: 'current',
      stale: false,
      generation: '2026-08-18T11:05:00Z',
      last_complete_sweep_at: '2026-08-18T11:06:12Z',
      last_sweep_at: '2026-08-18T11:06:12Z',
      last_sweep_outcome: 'complete',
      failed_sweeps: 0,
      next_due_at: '2026-08-18T11:35:00Z',
      outstanding: 33_912,
      pending: 0,
    },
    {
      region_id: 10000043,
      name: 'Domain',
      state: 'never_swept',
      stale: true,
      generation: null,
      last_complete_sweep_at: null,
      last_sweep_at: null,
      last_sweep_outcome: null,
      failed_sweeps: 0,
      next_due_at: null,
      outstanding: 0,
      pending: 0,
    },
  ],
};

const TAXONOMY: TaxonomyAnswer = {
  data: {
    categories: [{ category_id: 6, name: 'Ship' }],
    groups: [{ group_id: 25, name: 'Frigate', category_id: 6 }],
    market_groups: [
      { market_group_id: 64, name: 'Minmatar', parent_group_id: 1361 },
      { market_group_id: 4, name: 'Ships', parent_group_id: null },
      { market_group_id: 1361, name: 'Standard Frigates', parent_group_id: 4 },
    ],
  },
};

const TYPE: TypeAnswer = {
  type_id: 587,
  name: 'Rifter',
  group_id: 25,
  group_name: 'Frigate',
  category_id: 6,
  category_name: 'Ship',
  market_group_id: 64,
  market_group_name: 'Minmatar',
  outstanding: 41,
  description: 'A very powerful combat frigate.',
  published: true,
  volume: 27_289,
  packaged_volume: 2_500,
  capacity: 140,
  mass: 1_067_000,
  radius: 31,
  portion_size: 1,
  graphic_id: 46,
  icon_id: null,
  refreshed_at: '2026-08-02T03:14:00Z',
};

export const OVERVIEW_EXAMPLES = { ShipList: SHIPS, RegionList: REGIONS, Taxonomy: TAXONOMY, Type: TYPE };
