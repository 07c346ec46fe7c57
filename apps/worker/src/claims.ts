import { dropClaims, renewClaims, takeClaims, type Database } from '@hangar-bay/database';
import { inBatches } from './in-batches.js';

/** A claim is renewed while its taker works, so that one that has died holds nobody up for longer than this. */
const CLAIM_SECONDS = 6;
const RENEWAL_MS = 2_000;

/** What this process has claimed to fetch, so that no other does; see Claim in prisma/schema.prisma. */
export function createClaims(db: Database) {
  const held = new Set<string>();
  let renewal: NodeJS.Timeout | undefined;

  const take = inBatches(async (claims: string[]) => {
    const taken = await takeClaims(db, claims, CLAIM_SECONDS);
    return claims.map((claim) => taken.has(claim));
  });
  const drop = inBatches(async (claims: string[]) => {
    await dropClaims(db, claims);
    return claims.map(() => undefined);
  });

  function hold(claim: string): void {
    held.add(claim);
    // A renewal that fails costs one more request at the worst.
    renewal ??= setInterval(
      () => void renewClaims(db, [...held], CLAIM_SECONDS).catch(() => undefined),
      RENEWAL_MS,
    );
  }

  function release(claim: string): void {
    held.delete(claim);
    if (held.size === 0) {
      clearInterval(renewal);
      renewal = undefined;
    }
  }

  /** Does the work under the claim. @returns false where somebody else has it; then nothing is done. */
  return async function underClaim(claim: string, work: () => Promise<void>): Promise<boolean> {
    if (!(await take(claim))) {
      return false;
    }
    hold(claim);
    try {
      await work();
    } finally {
      release(claim);
      await drop(claim);
    }
    return true;
  };
}
