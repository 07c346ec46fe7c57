import { GiveUpError } from '@hangar-bay/queues';

interface Poison {
  /** Stable code. */
  readonly reason: string;
  readonly payload: unknown;
  /** Whether ESI may answer otherwise some generations later. If not, nobody asks before an operator says so. */
  readonly askAgain: boolean;
}

/** What ESI sent is whole and unusable: another attempt now would bring the same. Carries it to the dead letter. */
export class PoisonedError extends GiveUpError {
  override name = 'PoisonedError';
  readonly poison: Poison;

  constructor(message: string, poison: Poison) {
    super(message);
    this.poison = poison;
  }
}
