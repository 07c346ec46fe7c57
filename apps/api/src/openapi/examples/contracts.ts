import type { z } from 'zod';
import type { ContractDetail } from '../../serializers/contract-detail.js';
import type { ContractPageAnswer } from '../../serializers/contract-page.js';
import type { ContractSummary } from '../../serializers/contract-summary.js';
import type { copiedItemSchema } from '../../serializers/copied-item.js';
import { CURSOR } from './parameters.js';

const NO_BLUEPRINT = {
  is_blueprint_copy: false,
  runs: null,
  material_efficiency: null,
  time_efficiency: null,
};

const RIFTER: z.output<typeof copiedItemSchema> = {
  type_id: 587,
  name: 'Rifter',
  quantity: 1,
  ...NO_BLUEPRINT,
};

const RIFTER_COPY = {
  quantity: 1,
  is_blueprint_copy: true,
  runs: 10,
  material_efficiency: 10,
  time_efficiency: 20,
};

const IN_JITA = {
  region_id: 10000002,
  region_name: 'The Forge',
  system_id: 30000142,
  system_name: 'Jita',
  security_status: 0.9459,
  security: 'high',
  start_location_id: 60003760,
  start_location_name: 'Jita IV - Moon 4 - Caldari Navy Assembly Plant',
} as const;

const BY_SOMEBODY = {
  issuer_id: 90000001,
  issuer_name: 'Some Pilot',
  issuer_corporation_id: 98000001,
  issuer_corporation_name: 'Some Corporation',
  for_corporation: false,
};

const SHIP_CONTRACT: ContractSummary = {
  contract_id: 219450317,
  type: 'item_exchange',
  status: 'outstanding',
  ...IN_JITA,
  end_location_id: 60003760,
  end_location_name: IN_JITA.start_location_name,
  ...BY_SOMEBODY,
  title: 'Rifter, with minerals to repair it',
  price: 1_150_000,
  reward: 0,
  collateral: null,
  buyout: null,
  highest_bid: null,
  bid_count: 0,
  volume: 27_294,
  reward_per_volume: 0,
  days_to_complete: 0,
  date_issued: '2026-08-18T09:12:40Z',
  date_expired: '2026-09-01T09:12:40Z',
  ship: RIFTER,
  primary_item: null,
  ship_row_count: 1,
  included_row_count: 2,
  requested_row_count: 0,
  contains_additional_items: true,
  ship_bundle: false,
  composition: [
    { category_id: 4, category_name: 'Material', item_rows: 1, quantity: 500 },
    { category_id: 6, category_name: 'Ship', item_rows: 1, quantity: 1 },
  ],
};

const BLUEPRINT_AUCTION: ContractSummary = {
  ...SHIP_CONTRACT,
  contract_id: 219450882,
  type: 'auction',
  title: '',
  price: 2_000_000,
  buyout: 9_500_000,
  highest_bid: 2_600_000.5,
  bid_count: 3,
  volume: 0.01,
  days_to_complete: null,
  end_location_id: null,
  end_location_name: null,
  date_issued: '2026-08-18T10:58:03Z',
  date_expired: '2026-08-25T10:58:03Z',
  ship: null,
  primary_item: { type_id: 691, name: 'Rifter Blueprint', ...RIFTER_COPY },
  ship_row_count: 0,
  included_row_count: 1,
  contains_additional_items: false,
  composition: [{ category_id: 9, category_name: 'Blueprint', item_rows: 1, quantity: 1 }],
};

const pageOf = (rows: ContractSummary[], total: number): ContractPageAnswer => ({
  data: rows,
  page: { limit: 50, next_cursor: CURSOR, previous_cursor: null },
  total,
  total_is_exact: true,
  as_of: '2026-08-18T11:05:00Z',
});

const DETAIL: ContractDetail = {
  ...SHIP_CONTRACT,
  items: [
    {
      position: 0,
      record_id: 4_711_293_004,
      type_id: 587,
      type_name: 'Rifter',
      group_id: 25,
      group_name: 'Frigate',
      category_id: 6,
      category_name: 'Ship',
      quantity: 1,
      is_included: true,
      item_id: 1_046_000_000_001,
      ...NO_BLUEPRINT,
      dynamic: null,
    },
    {
      position: 1,
      record_id: 4_711_293_005,
      type_id: 34,
      type_name: 'Tritanium',
      group_id: 18,
      group_name: 'Mineral',
      category_id: 4,
      category_name: 'Material',
      quantity: 500,
      is_included: true,
      item_id: 1_046_000_000_002,
      ...NO_BLUEPRINT,
      dynamic: null,
    },
  ],
  bids: [],
};

export const CONTRACT_EXAMPLES = {
  'listShipContracts 200': pageOf([SHIP_CONTRACT], 2_317),
  'listContracts 200': {
    ...pageOf([BLUEPRINT_AUCTION, SHIP_CONTRACT], 10_000),
    total_is_exact: false,
    facets: {
      type: [
        { value: 'item_exchange', name: null, count: 31_204 },
        { value: 'courier', name: null, count: 1_890 },
      ],
      region_id: [{ value: 10000002, name: 'The Forge', count: 33_912 }],
    },
    facets_are_exact: true,
  } satisfies ContractPageAnswer,
  ContractDetail: DETAIL,
};
