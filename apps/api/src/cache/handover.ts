import { endsWithin } from '../reads/within.js';

/** So long answers may take to be made anew; whoever asks for one that is not done then waits for it. */
export const RENEWED_WITHIN_MS = 200;

/** Reads anew what was asked of late, for this version. */
export type Renew = (version: number) => Promise<void>;

/** From a version of the data to the next: until what was asked of late is read anew, answers of both count. */
export function createHandover() {
  let renew: Renew | undefined;
  let replaced: { readonly version: number; readonly until: number } | null = null;

  return {
    useRenewal: (given: Renew): void => {
      renew = given;
    },

    /** The version before, while its answers count; null: they do not. */
    replaced: (): number | null =>
      replaced !== null && performance.now() < replaced.until ? replaced.version : null,

    /** Resolves when all is read anew, or the time for it is over. `until`: how long `before` would have counted. */
    async take(next: number, before: number, until: number): Promise<void> {
      const forMs = Math.min(until - performance.now(), RENEWED_WITHIN_MS);
      if (renew === undefined || forMs <= 0) {
        return;
      }
      replaced = { version: before, until: performance.now() + forMs };
      await endsWithin(renew(next), forMs);
      replaced = null;
    },
  };
}
