import { NAMES_PER_REQUEST } from '@hangar-bay/esi-client';
import type { EsiName } from '@hangar-bay/domain';

/** Refused requests in a search, each an error; names are the least that errors should be spent on. */
const MAX_REFUSALS = 12;

interface NameSource {
  /** null: refused, because of one or more of the ids. */
  ask(ids: readonly number[]): Promise<readonly EsiName[] | null>;
  /** An id that has been named before; null: there is none. */
  findKnown(): Promise<number | null>;
  save(names: readonly EsiName[], unknown: readonly number[]): Promise<void>;
}

/**
 * Resolves names that wait, as far as a few refusals allow.
 *
 * One bad id makes ESI refuse a whole batch, so a refused batch is halved until the bad id stands alone. What is known
 * after each answer is saved, or kept in `refused`, so that the next search goes on where this one ended. ESI refuses
 * good ids too at times (https://github.com/esi/esi-issues/issues/1181), so an id counts as unknown only after the
 * search has seen that names can be had at all.
 *
 * `refused`: batches that were refused as a whole; changed in place.
 */
export async function searchNames(waiting: readonly number[], refused: number[][], source: NameSource) {
  const report = { resolved: 0, unknown: 0, refused: 0 };
  /** Whether ESI has named something. */
  const proof = { isThere: false };

  async function save(names: readonly EsiName[], unknown: readonly number[]): Promise<void> {
    await source.save(names, unknown);
    report.resolved += names.length;
    report.unknown += unknown.length;
  }

  /** @returns whether the ids are settled; else they are refused. */
  async function ask(ids: readonly number[]): Promise<boolean> {
    const names = await source.ask(ids);
    if (names === null) {
      report.refused += 1;
      return false;
    }
    proof.isThere = true;
    const named = names.map(({ id }) => id);
    await save(names, without(ids, named));
    return true;
  }

  /** Takes a refused batch apart. */
  async function halve(index: number, ids: readonly number[]): Promise<void> {
    const middle = Math.ceil(ids.length / 2);
    const [first, second] = [ids.slice(0, middle), ids.slice(middle)];
    const isFirstSettled = await ask(first);
    refused.splice(index, 1, ...(isFirstSettled ? [] : [first]));
    // Where the first half is fine, the bad id must be in the second.
    const isBad = isFirstSettled && second.length > 1;
    if (isBad || !(await ask(second))) {
      refused.push(second);
    }
  }

  /** Whether ESI still names what it has named before; null where there is nothing to try that with. */
  async function tryKnown(): Promise<boolean | null> {
    const known = await source.findKnown();
    return known === null ? null : (await source.ask([known])) !== null;
  }

  keepWaiting(refused, waiting);
  for (const ids of inBatches(without(waiting, refused.flat()))) {
    if (report.refused < MAX_REFUSALS && !(await ask(ids))) {
      refused.push(ids);
    }
  }
  if (refused.length > 0 && !proof.isThere) {
    const namesKnown = await tryKnown();
    proof.isThere = namesKnown === true;
    if (namesKnown === false) {
      return { ...report, refused: report.refused + 1, done: 0, gave_up: true };
    }
  }
  while (report.refused < MAX_REFUSALS) {
    const index = refused.findLastIndex((ids) => ids.length > 1);
    const ids = refused[index];
    if (ids === undefined) {
      break;
    }
    await halve(index, ids);
  }
  const bad = proof.isThere ? refused.filter((ids) => ids.length === 1).flat() : [];
  if (bad.length > 0) {
    await save([], bad);
  }
  return { ...report, done: report.resolved + report.unknown, gave_up: report.refused > 0 };
}

function keepWaiting(batches: number[][], waiting: readonly number[]): void {
  const ids = new Set(waiting);
  const kept = batches.map((batch) => batch.filter((id) => ids.has(id))).filter((batch) => batch.length > 0);
  batches.splice(0, batches.length, ...kept);
}

function without(ids: readonly number[], left: readonly number[]): number[] {
  const out = new Set(left);
  return ids.filter((id) => !out.has(id));
}

function inBatches(ids: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(ids.length / NAMES_PER_REQUEST) }, (_, index) =>
    ids.slice(index * NAMES_PER_REQUEST, (index + 1) * NAMES_PER_REQUEST),
  );
}
