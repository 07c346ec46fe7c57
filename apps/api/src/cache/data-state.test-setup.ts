import type { DataState } from '@hangar-bay/database';

/** What a look finds where nothing has changed, but for what is said otherwise. */
export function dataState(more: Partial<DataState> = {}): DataState {
  return {
    position: { history: '00000000', xmax: 1n, open: [], partial: null },
    changed: false,
    renamed: false,
    departures: 0,
    read_at: new Date(0),
    lost: false,
    next_expiry: null,
    expires_in_ms: null,
    due_in_ms: 600_000,
    changed_at: null,
    trimmed_before: 0n,
    wal: 1n,
    ...more,
  };
}
