/** What is stored, with the store's clock in milliseconds. */
export interface StoredLimits {
  /** Changes with every write. */
  readonly version: string;
  /** Whatever a worker of any version wrote last. */
  readonly state: unknown;
  readonly now: number;
}

/** One small document that all workers read and replace; a store of this must only be able to compare and swap. */
export interface SharedLimits {
  read(): Promise<StoredLimits>;
  /** Writes `state` if the stored version is still `version`; else returns what is stored instead. */
  swap(version: string, state: object): Promise<StoredLimits & { readonly swapped: boolean }>;
}

/** For one process, or several clients in it. */
export function createLocalLimits(): SharedLimits {
  let version = 0;
  let state: object = {};
  const stored = () => ({ version: String(version), state, now: performance.now() });
  return {
    read: () => Promise.resolve(stored()),
    swap: (expected, next) => {
      const swapped = expected === String(version);
      if (swapped) {
        version += 1;
        state = next;
      }
      return Promise.resolve({ ...stored(), swapped });
    },
  };
}
