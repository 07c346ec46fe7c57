import type { Clock } from './clock.js';

/** Older entries and past promises are dropped, so that a sandbox that runs for days stays small. */
const KEPT = 200_000;
/** Timers of a client may fire this much early, in real milliseconds. */
const TOLERANCE_MS = 20;

export interface LoggedRequest {
  seq: number;
  /** Real time, ISO 8601. */
  at: string;
  method: string;
  /** With its query. */
  path: string;
  /** 0 while unanswered, and for connections that a fault broke. */
  status: number;
  if_none_match: string | null;
  /** The same page was given out before and its Expires had not passed. */
  premature: boolean;
}

export interface RequestLog {
  begin(method: string, path: string, ifNoneMatch: string | undefined): LoggedRequest;
  /** Remembers that a page was given to a client, and until which virtual moment it holds. */
  promise(path: string, expiresAt: number): void;
  /** Forgets promises for paths that begin so. */
  release(pathPrefix: string): void;
  since(seq: number): readonly LoggedRequest[];
  clear(): void;
}

export function createRequestLog(clock: Clock): RequestLog {
  let entries: LoggedRequest[] = [];
  let seq = 0;
  const promised = new Map<string, number>();

  return {
    begin: (method, path, ifNoneMatch) => {
      const until = promised.get(withoutFirstPage(path)) ?? 0;
      const entry = {
        seq: (seq += 1),
        at: new Date().toISOString(),
        method,
        path,
        status: 0,
        if_none_match: ifNoneMatch ?? null,
        premature: method === 'GET' && clock.now() + TOLERANCE_MS * clock.rate < until,
      };
      entries.push(entry);
      if (entries.length > KEPT * 1.5) {
        entries = entries.slice(-KEPT);
      }
      return entry;
    },
    promise: (path, expiresAt) => {
      if (promised.size >= KEPT) {
        dropPast(promised, clock.now());
      }
      promised.set(withoutFirstPage(path), expiresAt);
    },
    release: (pathPrefix) => {
      for (const path of promised.keys()) {
        if (path === pathPrefix || path.startsWith(`${pathPrefix}?`)) {
          promised.delete(path);
        }
      }
    },
    since: (after) => entries.filter((entry) => entry.seq > after),
    clear: () => {
      entries = [];
    },
  };
}

function dropPast(promised: Map<string, number>, now: number): void {
  for (const [path, until] of promised) {
    if (until <= now) {
      promised.delete(path);
    }
  }
}

/** A list and its page 1 are the same page. */
function withoutFirstPage(path: string): string {
  return path.replace(/([?&])page=1(?:&|$)/, '$1').replace(/[?&]$/, '');
}
