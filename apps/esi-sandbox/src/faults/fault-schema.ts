import { z } from 'zod';

export const MALFORMED_CONTRACTS = [
  'wrong_type',
  'missing_id',
  'null_date',
  'number_as_string',
  'unknown_enum',
  'huge_title',
] as const;
export const MALFORMED_PAGES = ['object', 'not_json'] as const;

export type MalformedContract = (typeof MALFORMED_CONTRACTS)[number];
export type MalformedPage = (typeof MALFORMED_PAGES)[number];

const CONTRACT_LIST = '/contracts/public/{region_id}';
const CONTRACT_ITEMS = '/contracts/public/items/{contract_id}';

const common = {
  /** A path template such as /contracts/public/{region_id}, or * for every route. */
  route: z.string(),
  /** Share of matching requests that are hit; all, where not given. */
  probability: z.number().gt(0).max(1).optional(),
  /** How many requests are hit before the fault ends by itself; no end, where not given. */
  count: z.int().min(1).optional(),
  /** Only requests whose path (with query) holds this text. */
  path_includes: z.string().optional(),
};

const seconds = z.number().min(0).max(86_400);
const status = z.int().min(200).max(599);

/** What POST /__sandbox/faults takes. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('status'), status, retry_after: seconds.optional() }),
  /** Never answers; the client must give up. */
  z.strictObject({ ...common, kind: z.literal('timeout') }),
  /** Breaks the connection before an answer. */
  z.strictObject({ ...common, kind: z.literal('reset') }),
  z.strictObject({ ...common, kind: z.literal('slow'), delay_ms: z.int().min(1).max(600_000).default(2000) }),
  /** Breaks the connection in the middle of the body. */
  z.strictObject({ ...common, kind: z.literal('truncate') }),
  /** The page of a load balancer in place of JSON. */
  z.strictObject({ ...common, kind: z.literal('html'), status: status.default(504) }),
  /** Spoils one row; where contract_id is not given, the first row of the page. Without a variant: each in turn. */
  z.strictObject({
    ...common,
    kind: z.literal('malformed_contract'),
    route: z.literal(CONTRACT_LIST),
    variant: z.enum(MALFORMED_CONTRACTS).optional(),
    contract_id: z.int().optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('malformed_page'),
    variant: z.enum(MALFORMED_PAGES).optional(),
  }),
  /** Makes the list anew before a page after the first is answered, further on by so many virtual seconds. */
  z.strictObject({
    ...common,
    kind: z.literal('regenerate_mid_walk'),
    route: z.literal(CONTRACT_LIST),
    advance_seconds: seconds.optional(),
  }),
  /** Spends the whole error budget: 420 on every route until the window ends. */
  z.strictObject({ ...common, kind: z.literal('error_limit'), seconds: seconds.optional() }),
  z.strictObject({ ...common, kind: z.literal('rate_limit'), retry_after: seconds.default(5) }),
  /** Answers an empty list of items. */
  z.strictObject({ ...common, kind: z.literal('evict'), route: z.literal(CONTRACT_ITEMS) }),
]);

export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault['kind'];
