/** Requests of a client in its window, over all instances of the API. */
export interface SharedWindow {
  readonly requests: number;
  /** Milliseconds. A duration, so that the clocks of instances need not agree. */
  readonly endsInMs: number;
}

/** Where instances of the API add up what each of them has counted. */
export interface RateLimitStore {
  /**
   * Adds to the windows of clients, and begins those that are not there.
   * @throws whatever the store does when it does not answer, within about a second and a half.
   */
  add(requests: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, SharedWindow>>;
  close(): Promise<void>;
}

/** A window begins with the first request of a client and lasts this long. */
export const WINDOW_SECONDS = 60;
