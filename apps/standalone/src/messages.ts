import type { Operator } from './operator.js';
import type { Progress } from './progress-source.js';

export interface Addresses {
  readonly api: string;
  readonly esi: string;
  readonly operator: Operator | null;
  readonly databaseUrlFile: string | null;
}

/** Where to look, printed as soon as it can be looked at. */
export function describeAddresses({ api, esi, operator, databaseUrlFile }: Addresses): string {
  const signIn = operator
    ? `sign in as ${operator.name} with ${operator.password} (made for this run)`
    : 'sign in as one of OPS_USERS';
  return `
Hangar Bay is up. Ctrl-C stops it.

  API          ${api}/api/v1/contracts/ships
  Docs         ${api}/docs
  Bull Board   ${api}/admin/queues   ${signIn}
  Contracts    from ${esi}${databaseUrlFile ? `\n  PostgreSQL   psql "$(cat ${databaseUrlFile})"` : ''}
`;
}

/** What came out of the first aggregation, and what to do with it. */
export function describeResult(api: string, progress: Progress, seconds: number): string {
  const example = progress.example_type_id === null ? '' : `&ship_type_id=${progress.example_type_id}`;
  return `
All regions are swept: ${progress.visible} contracts visible, ${progress.ships} of them ships (${seconds.toFixed(1)} s). Try:

  curl '${api}/api/v1/contracts/ships?sort=price&limit=3${example}'
  curl '${api}/api/v1/contracts?type=auction&limit=3'
  curl '${api}/api/v1/regions'

It goes on by itself: each region is swept again when ESI's cache of it ends.
`;
}
