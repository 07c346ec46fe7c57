/** Cursors are opaque, and signed. */
export const CURSOR =
  'WzEsImFmdGVyIixmYWxzZSxbIjIwMjYtMDgtMTgiLDIxOTQ1MDMxN10sIi1kYXRlX2lzc3VlZCIsIiJd.c29tZS1zaWduYXR1cmU';

/** What an event of the stream has as its id. */
const POSITION = '1d6aa2c5.8415..8415-96';

export const ETAG = '"q1x7m0Yb2QwKcT4nVfJ8sA"';

export const OPERATOR = 'some-operator';

export const DEAD_LETTER_ID = 'dlq-contract-219450317';

/** One legal value for each parameter, by name: the same name means the same everywhere. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  contract_id: 219450317,
  region_id: [10000002, 10000043],
  system_id: [30000142],
  location_id: [60003760],
  security: ['high', 'low'],
  type: ['item_exchange', 'auction'],
  status: 'outstanding',
  ship_type_id: [587, 603],
  ship_group_id: [25],
  ship_bundle: false,
  type_id: [691],
  group_id: [105],
  category_id: [9],
  market_group_id: [264],
  min_runs: 5,
  max_runs: 100,
  min_me: 8,
  max_me: 10,
  min_te: 16,
  max_te: 20,
  is_blueprint_copy: true,
  contains_additional_items: false,
  wants_type_id: [34],
  q: 'rifter',
  min_price: 1_000_000,
  max_price: 250_000_000,
  min_buyout: 1_000_000,
  max_buyout: 250_000_000,
  min_reward: 5_000_000,
  max_reward: 100_000_000,
  min_collateral: 0,
  max_collateral: 1_000_000_000,
  min_volume: 0.01,
  max_volume: 60_000,
  min_days_to_complete: 1,
  max_days_to_complete: 7,
  issuer_id: [90000001],
  issuer_corporation_id: [98000001],
  for_corporation: false,
  issued_after: '2026-08-18T11:05:00Z',
  issued_before: '2026-08-18T11:05:00Z',
  expires_after: '2026-08-18T11:05:00Z',
  expires_before: '2026-08-18T11:05:00Z',
  sort: 'price',
  limit: 50,
  cursor: CURSOR,
  page: 2,
  facets: ['type', 'region_id'],
  last_event_id: POSITION,
  'Last-Event-ID': POSITION,
  'If-None-Match': ETAG,
  'Idempotency-Key': '7f3a0f5e-2f0e-4b3e-9a53-3c1d7c1f5a10',
  reason: 'no_items',
  queue: 'contract',
  id: DEAD_LETTER_ID,
  operator: OPERATOR,
  action: 'flags.set',
};

/** Where a name means something else than elsewhere. */
const EXAMPLES_OF: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  getType: { type_id: 587 },
  setFlag: { name: 'region:10000002' },
};

/** Undefined for one that is new here. */
export function exampleOfParameter(operationId: string, name: string): unknown {
  return EXAMPLES_OF[operationId]?.[name] ?? EXAMPLES[name];
}
