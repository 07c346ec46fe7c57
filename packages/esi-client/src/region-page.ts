import type { EsiRoute } from '@hangar-bay/domain';
import { readDate, readEtag, readFreshSeconds, readPageCount } from './cache-headers.js';
import { EsiError } from './esi-error.js';
import type { EsiAnswer, Http } from './http.js';

const ROUTE = '/contracts/public/{region_id}' satisfies EsiRoute;
/** `x-client-cache-ttl` of the route in ESI's document. */
const LIFETIME_SECONDS = 1800;
/** An answer that is stale on arrival may be asked for again at once, and is not: nobody would gain by it. */
const LEAST_SECONDS = 20;

interface PageHeaders {
  /** The whole ETag, to be sent back when the page is asked for again. */
  readonly etag: string | null;
  /** The generation that the answer belongs to; null where ESI did not say. */
  readonly lastModified: Date | null;
  /** ESI's own time, for lists that name no generation. */
  readonly date: Date | null;
  /** Null where ESI left it out. */
  readonly pageCount: number | null;
  /** How long the page must not be asked for again. */
  readonly freshSeconds: number;
}

/**
 * One answer for one page of a region's list.
 *
 * - `rows`: the page, as ESI sent it; nothing of it is validated.
 * - `unchanged`: 304, the page is the one whose ETag was sent.
 * - `absent`: 404. At page 1 that is no proof of an empty region; beyond it the list has become shorter.
 */
export type RegionPage =
  | ({ readonly kind: 'rows'; readonly rows: readonly unknown[] } & PageHeaders)
  | ({ readonly kind: 'unchanged' } & PageHeaders)
  | { readonly kind: 'absent' };

/** @throws EsiError: any other answer, and a body that is not an array. */
export async function getRegionPage(
  http: Http,
  regionId: number,
  page: number,
  etag: string | null,
  signal?: AbortSignal,
): Promise<RegionPage> {
  const answer = await http.send({
    method: 'get',
    route: ROUTE,
    path: `/contracts/public/${regionId}`,
    query: { page },
    etag,
    signal,
  });
  if (answer.status === 200 && Array.isArray(answer.body)) {
    return { kind: 'rows', rows: answer.body, ...readHeaders(answer) };
  }
  if (answer.status === 304 && etag !== null) {
    // The ETag that was sent, since that is the one which the stored page is known by: layers on the way spell it anew.
    return { kind: 'unchanged', ...readHeaders(answer), etag };
  }
  if (answer.status === 404) {
    return { kind: 'absent' };
  }
  throw answer.status === 200
    ? new EsiError(`page ${page} of region ${regionId} is not a list`, {
        kind: 'invalid',
        route: ROUTE,
        status: 200,
      })
    : new EsiError(`answered ${answer.status} for page ${page} of region ${regionId}`, {
        kind: 'status',
        route: ROUTE,
        status: answer.status,
      });
}

function readHeaders({ headers }: EsiAnswer) {
  return {
    etag: readEtag(headers),
    lastModified: readDate(headers['last-modified']),
    date: readDate(headers['date']),
    pageCount: readPageCount(headers, ROUTE),
    freshSeconds: readFreshSeconds(headers, LIFETIME_SECONDS) || LEAST_SECONDS,
  };
}
