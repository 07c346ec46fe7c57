import type { EsiRoute } from '@hangar-bay/domain';
import { readEtag, readFreshSeconds } from './cache-headers.js';
import { getContractRows } from './contract-rows.js';
import type { EsiAnswer, Http } from './http.js';

const ROUTE = '/contracts/public/bids/{contract_id}' satisfies EsiRoute;
/** `x-client-cache-ttl` of the route in ESI's document. */
const LIFETIME_SECONDS = 300;
const ROWS_PER_PAGE = 1000;

/**
 * All bids over all pages, not validated; or that they are those whose ETag was sent; or the status with which ESI
 * declines.
 *
 * `etag`: to be sent with the next request; null where it would not vouch for all bids. `freshSeconds`: how long they
 * must not be asked for again.
 */
export type ContractBids = { readonly freshSeconds: number } & (
  | { readonly kind: 'bids'; readonly rows: readonly unknown[]; readonly etag: string | null }
  | { readonly kind: 'unchanged'; readonly etag: string | null }
  | { readonly kind: 'unavailable'; readonly status: number }
);

/**
 * Fetches every page of an auction's bids: all of them or nothing.
 *
 * `etag`: that of the bids that are stored.
 * @throws EsiError where a page could not be had.
 */
export async function getContractBids(
  http: Http,
  contractId: number,
  etag: string | null,
  signal?: AbortSignal,
): Promise<ContractBids> {
  const found = await getContractRows(http, { route: ROUTE, contractId, etag, signal });
  const { answers, pageCount } = found;
  const freshSeconds = Math.max(...answers.map(readLifetime));
  const validator = readEtag(answers[0].headers);
  if (found.kind === 'rows') {
    // A full page can stay as it is while a second one appears behind it.
    const vouches = pageCount === 1 && found.rows.length < ROWS_PER_PAGE;
    return { kind: 'bids', rows: found.rows, etag: vouches ? validator : null, freshSeconds };
  }
  return found.status === 304
    ? { kind: 'unchanged', etag: pageCount === 1 ? (validator ?? etag) : null, freshSeconds }
    : { kind: 'unavailable', status: found.status, freshSeconds };
}

/** An answer that is stale on arrival is taken to have the route's own lifetime: bids are never polled faster. */
function readLifetime({ headers }: EsiAnswer): number {
  const seconds = readFreshSeconds(headers, LIFETIME_SECONDS);
  return seconds > 0 ? seconds : LIFETIME_SECONDS;
}
