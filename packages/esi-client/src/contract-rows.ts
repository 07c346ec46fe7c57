import { readPageCount } from './cache-headers.js';
import { EsiError } from './esi-error.js';
import type { EsiAnswer, Http } from './http.js';

/** What ESI answers for a contract that was taken, deleted or hidden since the list was made; no proof of either. */
const UNAVAILABLE = new Set([204, 403, 404]);

interface ContractRowsRequest {
  readonly route: '/contracts/public/items/{contract_id}' | '/contracts/public/bids/{contract_id}';
  readonly contractId: number;
  /** Of the rows that are stored; null or left out: they are wanted in any case. */
  readonly etag?: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * All rows over all pages in ESI's order, not validated; or the status with which ESI gives none: one of those above, or
 * 304 where an ETag was sent. `answers`: what came, one for each page that was asked for.
 */
export type ContractRows = {
  readonly answers: readonly [EsiAnswer, ...EsiAnswer[]];
  readonly pageCount: number;
} & (
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] }
  | { readonly kind: 'none'; readonly status: number }
);

/**
 * Fetches every page of what belongs to one contract: all of them or nothing.
 * @throws EsiError where a page could not be had.
 */
export async function getContractRows(
  http: Http,
  { route, contractId, etag = null, signal }: ContractRowsRequest,
): Promise<ContractRows> {
  const path = route.replace('{contract_id}', String(contractId));
  const getPage = (page: number) =>
    http.send({ method: 'get', route, path, query: { page }, etag: page === 1 ? etag : null, signal });

  const first = await getPage(1);
  const answers: [EsiAnswer, ...EsiAnswer[]] = [first];
  let pageCount = readPageCount(first.headers, route) ?? 1;
  if (first.status === 304 && etag !== null) {
    return { kind: 'none', status: 304, answers, pageCount };
  }
  const rows: unknown[] = [];
  for (let page = 1; page <= pageCount; page += 1) {
    const answer = page === 1 ? first : await getPage(page);
    if (page > 1) {
      answers.push(answer);
    }
    if (UNAVAILABLE.has(answer.status)) {
      return { kind: 'none', status: answer.status, answers, pageCount };
    }
    for (const row of readPage(answer, page)) {
      rows.push(row);
    }
    // A page that does not say so takes nothing back of what another said.
    pageCount = Math.max(pageCount, readPageCount(answer.headers, route) ?? 1);
  }
  return { kind: 'rows', rows, answers, pageCount };

  function readPage({ status, body }: EsiAnswer, page: number): unknown[] {
    if (status !== 200) {
      throw new EsiError(`answered ${status} for contract ${contractId}`, { kind: 'status', route, status });
    }
    if (!Array.isArray(body)) {
      const message = `page ${page} of contract ${contractId} is not a list`;
      throw new EsiError(message, { kind: 'invalid', route, status });
    }
    return body;
  }
}
