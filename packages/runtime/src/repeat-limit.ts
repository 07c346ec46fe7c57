/** So many lines of one kind are written in a window; the rest are counted. */
const LINES_PER_WINDOW = 10;
const WINDOW_MS = 60_000;
/** Messages are constant, so there are far fewer kinds than this. */
const MAX_KINDS = 1_000;

interface Kind {
  written: number;
  leftOut: number;
  readonly timer: NodeJS.Timeout;
}

export interface RepeatLimit {
  /** Whether another line of this kind may be written. `tell` is called later on with how many were not. */
  admits(kind: string, tell: (leftOut: number) => void): boolean;
  /** Tells now what was left out. */
  flush(): void;
}

/** Bounds how often what repeats itself is written, and tells at the end of each window what was left out. */
export function createRepeatLimit(): RepeatLimit {
  const kinds = new Map<string, Kind & { tell: (leftOut: number) => void }>();

  function end(name: string): void {
    const kind = kinds.get(name);
    kinds.delete(name);
    clearTimeout(kind?.timer);
    if (kind !== undefined && kind.leftOut > 0) {
      kind.tell(kind.leftOut);
    }
  }

  return {
    admits(name, tell) {
      const kind = kinds.get(name);
      if (kind === undefined) {
        if (kinds.size < MAX_KINDS) {
          // A process that is otherwise done does not wait for it.
          kinds.set(name, { written: 1, leftOut: 0, tell, timer: setTimeout(end, WINDOW_MS, name).unref() });
        }
        return true;
      }
      if (kind.written < LINES_PER_WINDOW) {
        kind.written += 1;
        return true;
      }
      kind.leftOut += 1;
      return false;
    },

    flush() {
      [...kinds.keys()].forEach(end);
    },
  };
}
