import { giveBackSignInAttempt, takeSignInAttempt, type Database } from '@hangar-bay/database';
import { networkOf } from '../rate-limit/client-network.js';

const WINDOW = { max: 10, seconds: 60 };

export interface SignInThrottle {
  /**
   * Counts an attempt as failed before it is made, so that attempts at the same time cannot slip through together.
   *
   * @returns 0, or the seconds to wait where this address has failed too often.
   */
  take(address: string): Promise<number>;
  /** The attempt succeeded after all. */
  giveBack(address: string): Promise<void>;
}

/** At most 10 failed sign-ins a minute from an address, over all instances. */
export function createSignInThrottle(db: Database): SignInThrottle {
  return {
    take: (address) => takeSignInAttempt(db, networkOf(address), WINDOW),
    giveBack: (address) => giveBackSignInAttempt(db, networkOf(address)),
  };
}
