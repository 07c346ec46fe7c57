/** Where archives are kept: a folder or a bucket. */
export interface ArchiveStore {
  /** Its URL, for messages and for the table of batches. */
  readonly url: string;
  /**
   * Stores an object, whole or not at all, in place of one of that name. Durable when it returns.
   * @throws ArchiveError
   */
  write(name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /**
   * The object as the store has it, piece by piece; null where there is none of that name.
   * @throws ArchiveError, also from the pieces.
   */
  read(name: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | null>;
}

/** The store could not do what it was asked for, or does not hold what was given to it. */
export class ArchiveError extends Error {
  override name = 'ArchiveError';
}
