import type { IdGap } from '@hangar-bay/database';

const EVERYTHING: IdGap = { after: 0, before: Number.MAX_SAFE_INTEGER };

/**
 * Where the contracts of unreadable rows may be. ESI's lists ascend by contract_id, so such a row lies between its
 * neighbours' ids; in a page that does not ascend it may be anywhere.
 *
 * `ids`: those of a page in its order, null where a row's id could not be read.
 */
export function findGaps(ids: readonly (number | null)[]): IdGap[] {
  const gaps: IdGap[] = [];
  let after = EVERYTHING.after;
  let isOpen = false;
  for (const id of ids) {
    if (id === null) {
      isOpen = true;
      continue;
    }
    if (id < after) {
      return ids.includes(null) ? [EVERYTHING] : [];
    }
    if (isOpen) {
      gaps.push({ after, before: id });
      isOpen = false;
    }
    after = id;
  }
  return isOpen ? [...gaps, { after, before: EVERYTHING.before }] : gaps;
}
