import { setTimeout as sleep } from 'node:timers/promises';
import {
  completeSweep,
  confirmPage,
  findPendingContracts,
  readRegionPages,
  recordSweep,
  recordUnfinishedSweep,
  storePage,
  type StoredPage,
  type SweepOutcome,
} from '@hangar-bay/database';
import { EsiError } from '@hangar-bay/esi-client';
import pLimit from 'p-limit';
import type { WorkerContext } from '../context.js';
import { sendToDeadLetter } from '../dead-letter.js';
import { describePage, type AnsweredPage } from './describe-page.js';
import { sortRows } from './sort-rows.js';
import { walkPages, type Walk, type WalkedPage } from './walk-pages.js';

const ROWS_PER_PAGE = 1000;
/** Pages of a region: on its way to the database each takes twice the memory, and more at a time are no faster. */
const STORED_AT_A_TIME = 2;

/** What one sweep did; the result of its job. */
export interface SweepReport {
  readonly region_id: number;
  readonly outcome: SweepOutcome;
  readonly reason?: string;
  readonly pages: number;
  /** Pages that ESI said are unchanged. */
  readonly unchanged_pages: number;
  readonly added: number;
  readonly gone: number;
  readonly quarantined: number;
}

/**
 * Sweeps a region: walks its list, stores each page as it comes, adds a job for each contract whose items are wanted,
 * and, after a walk that saw all of one generation, marks what has vanished.
 *
 * @throws EsiError `paused`, and whatever the database or the broker throws; then the sweep can be run again from
 * where it was, since pages that are stored and fresh are not asked for again.
 */
export async function sweepRegion(
  context: WorkerContext,
  regionId: number,
  runId: string,
  signal: AbortSignal | undefined,
): Promise<SweepReport> {
  const { db, esi, producer, metrics } = context;
  const startedAt = new Date();
  const clock = performance.now();
  const known = new Map((await readRegionPages(db, regionId)).map((page) => [page.page, page]));
  const rowsOfFullPage = findRowsOfFullPage(known);
  /** As far as ESI has ever said. */
  let countedPages = Math.max(1, ...[...known.values()].map((page) => page.page_count));
  const counts = { pages: 0, unchanged_pages: 0, added: 0, quarantined: 0 };
  const atStore = pLimit(STORED_AT_A_TIME);

  const walk = await walkPages({
    held: heldPages(known, clock),
    now: () => performance.now(),
    sleep: (ms) => sleep(ms, undefined, { signal }),
    async fetchPage(page) {
      const stored = known.get(page);
      const answer = await esi.getRegionPage(regionId, page, stored?.etag ?? null, signal);
      if (answer.kind === 'absent') {
        // A page that ESI once counted, behind one that is still full, may be missing by mistake.
        return page > countedPages || !isFull(page - 1) ? 'end' : 'absent';
      }
      countedPages = Math.max(countedPages, answer.pageCount ?? 1);
      const rowCount = answer.kind === 'rows' ? answer.rows.length : (stored?.row_count ?? 0);
      const walked = describePage(answer, stored, rowCount < rowsOfFullPage ? page : page + 1);
      await (answer.kind === 'rows'
        ? atStore(() => storeRows(page, answer, walked))
        : confirm(page, answer, walked));
      known.set(page, { ...pageAnswer(page, answer, walked), row_count: rowCount, fresh_ms: 0 });
      counts.pages += 1;
      return walked;
    },
  });

  // A walk that a stop cut short says nothing about the list.
  signal?.throwIfAborted();
  const report = { region_id: regionId, ...counts };
  // Jobs of contracts that an earlier sweep found may be lost with their broker; the same id is never there twice.
  for await (const left of findPendingContracts(db, regionId, startedAt)) {
    signal?.throwIfAborted();
    await producer.addContracts(left.map((contract_id) => ({ contract_id, run_id: runId })));
  }
  if (walk.outcome === 'complete') {
    await settlePages(walk);
  }
  return finishSweep(context, { runId, startedAt }, report, walk);

  function isFull(page: number): boolean {
    return (known.get(page)?.row_count ?? rowsOfFullPage) >= rowsOfFullPage;
  }

  /** Stores what pages were left open by their own answers: of which generation they are, and of how long a list. */
  async function settlePages({
    generation,
    pageCount,
    pages,
  }: Walk & { outcome: 'complete' }): Promise<void> {
    for (const [page, walked] of pages) {
      const stored = known.get(page);
      const isSettled =
        stored?.last_modified.getTime() === generation.getTime() && stored.page_count === pageCount;
      if (stored !== undefined && !isSettled && page <= pageCount) {
        const fresh_seconds = freshSecondsOf(walked);
        const answer = { ...stored, last_modified: generation, page_count: pageCount, fresh_seconds };
        await confirmPage(db, { ...answer, region_id: regionId });
      }
    }
  }

  async function storeRows(
    page: number,
    answer: AnsweredPage & { kind: 'rows' },
    walked: WalkedPage,
  ): Promise<void> {
    const { contracts, contract_ids, quarantined, gaps } = sortRows(answer.rows);
    // Before the page: once its validator is stored, an unchanged page does not show these rows again.
    for (const { key, error, contract_id, payload } of quarantined) {
      await sendToDeadLetter(context, {
        queue: 'region-sweep',
        key,
        reason: 'invalid_contract',
        error,
        region_id: regionId,
        contract_id: contract_id ?? undefined,
        payload,
        correlation_id: runId,
      });
    }
    const stored = await storePage(db, {
      ...pageAnswer(page, answer, walked),
      contracts,
      contract_ids,
      gaps,
    });
    if (stored === null) {
      throw new Error(`another sweep has stored a newer page ${page}`);
    }
    counts.added += stored.added;
    // Those that have no items are whole at once.
    metrics.contracts('stored', stored.added - stored.pending_ids.length);
    metrics.contracts('unchanged', contracts.length - stored.added);
    metrics.contracts('quarantined', quarantined.length);
    counts.quarantined += quarantined.length;
    await producer.addContracts(stored.pending_ids.map((contract_id) => ({ contract_id, run_id: runId })));
  }

  async function confirm(
    page: number,
    answer: AnsweredPage & { kind: 'unchanged' },
    walked: WalkedPage,
  ): Promise<void> {
    if (!(await confirmPage(db, pageAnswer(page, answer, walked)))) {
      throw new Error(`another sweep has stored a newer page ${page}`);
    }
    counts.unchanged_pages += 1;
    metrics.contracts('unchanged', known.get(page)?.row_count ?? 0);
  }

  function pageAnswer(page: number, answer: AnsweredPage, walked: WalkedPage) {
    return {
      region_id: regionId,
      page,
      etag: answer.etag,
      last_modified: walked.lastModified,
      named: walked.named,
      page_count: walked.pageCount,
      fresh_seconds: freshSecondsOf(walked),
    };
  }
}

/** From now on: storing a page takes time, and so does waiting for a connection. */
const freshSecondsOf = ({ freshUntil }: WalkedPage) => Math.max(0, freshUntil - performance.now()) / 1000;

/** Only the last page is not full; what ESI puts on one is seen where there are several. */
function findRowsOfFullPage(known: ReadonlyMap<number, StoredPage>): number {
  const first = known.get(1);
  return first !== undefined && first.page_count > 1 ? first.row_count : ROWS_PER_PAGE;
}

/** Pages that must not be asked for again yet, on the walk's clock. */
function heldPages(known: ReadonlyMap<number, StoredPage>, clock: number): Map<number, WalkedPage> {
  const fresh = [...known].filter(([, page]) => page.fresh_ms > 0);
  return new Map(
    fresh.map(([number, page]) => [
      number,
      {
        lastModified: page.last_modified,
        named: page.named,
        confirmedAt: null,
        pageCount: page.page_count,
        counted: true,
        freshUntil: clock + page.fresh_ms,
      },
    ]),
  );
}

interface Run {
  readonly runId: string;
  readonly startedAt: Date;
}

async function finishSweep(
  { db, producer }: WorkerContext,
  { runId, startedAt }: Run,
  counts: Omit<SweepReport, 'outcome' | 'gone'>,
  walk: Walk,
): Promise<SweepReport> {
  if (walk.outcome === 'incomplete' && walk.cause instanceof EsiError && walk.cause.kind === 'paused') {
    throw walk.cause;
  }
  const report = await conclude();
  await recordSweep(db, {
    ...report,
    run_id: runId,
    started_at: startedAt,
    duration_ms: Date.now() - startedAt.getTime(),
    reason: report.reason ?? null,
    generation: walk.outcome === 'complete' ? walk.generation : null,
  });
  return report;

  async function conclude(): Promise<SweepReport> {
    if (walk.outcome !== 'complete') {
      const outcome = counts.pages === 0 ? 'failed' : walk.outcome;
      const retryMs = walk.outcome === 'inconsistent' ? walk.retryMs : undefined;
      await recordUnfinishedSweep(db, counts.region_id, outcome, retryMs);
      return { ...counts, outcome, reason: walk.reason, gone: 0 };
    }
    const { complete, gone, ask_again_ids } = await completeSweep(
      db,
      counts.region_id,
      walk.generation,
      walk.pageCount,
    );
    if (!complete) {
      await recordUnfinishedSweep(db, counts.region_id, 'inconsistent');
      return { ...counts, outcome: 'inconsistent', reason: 'another sweep stored newer pages', gone: 0 };
    }
    await producer.addContractsAgain(ask_again_ids.map((contract_id) => ({ contract_id, run_id: runId })));
    return { ...counts, outcome: 'complete', gone };
  }
}
