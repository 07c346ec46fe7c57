import type { EsiRoute } from '@hangar-bay/domain';
import { readEtag, readFreshSeconds, readPageCount } from './cache-headers.js';
import { EsiError } from './esi-error.js';
import type { EsiAnswer, Http } from './http.js';

const ROUTE = '/contracts/public/bids/{contract_id}' satisfies EsiRoute;
/** `x-client-cache-ttl` of the route in ESI's document. */
const LIFETIME_SECONDS = 300;
const ROWS_PER_PAGE = 1000;

/** What ESI answers for an auction that has ended since the list was made; no proof of that. */
const UNAVAILABLE = new Set([204, 403, 404]);

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
  const rows: unknown[] = [];
  let freshSeconds = 0;
  let validator: string | null = null;
  let pageCount = 1;
  for (let page = 1; page <= pageCount; page += 1) {
    const answer = await http.send({
      method: 'get',
      route: ROUTE,
      path: `/contracts/public/bids/${contractId}`,
      query: { page },
      etag: page === 1 ? etag : null,
      signal,
    });
    freshSeconds = Math.max(freshSeconds, readLifetime(answer));
    if (UNAVAILABLE.has(answer.status)) {
      return { kind: 'unavailable', status: answer.status, freshSeconds };
    }
    pageCount = readPageCount(answer.headers, ROUTE) ?? 1;
    validator = readEtag(answer.headers);
    if (answer.status === 304 && page === 1 && etag !== null) {
      return { kind: 'unchanged', etag: pageCount === 1 ? (validator ?? etag) : null, freshSeconds };
    }
    rows.push(...readRows(answer, contractId, page));
  }
  // A full page can stay as it is while a second one appears behind it.
  const vouches = pageCount === 1 && rows.length < ROWS_PER_PAGE;
  return { kind: 'bids', rows, etag: vouches ? validator : null, freshSeconds };
}

/** An answer that is stale on arrival is taken to have the route's own lifetime: bids are never polled faster. */
function readLifetime({ headers }: EsiAnswer): number {
  const seconds = readFreshSeconds(headers, LIFETIME_SECONDS);
  return seconds > 0 ? seconds : LIFETIME_SECONDS;
}

function readRows({ status, body }: EsiAnswer, contractId: number, page: number): unknown[] {
  if (status !== 200) {
    throw new EsiError(`answered ${status} for contract ${contractId}`, {
      kind: 'status',
      route: ROUTE,
      status,
    });
  }
  if (!Array.isArray(body)) {
    throw new EsiError(`page ${page} of contract ${contractId} is not a list`, {
      kind: 'invalid',
      route: ROUTE,
      status,
    });
  }
  return body as unknown[];
}
