import { GiveUpError } from '@hangar-bay/queues';

/** What ESI sent is whole and unusable: trying again would bring the same. Carries it to the dead letter. */
export class PoisonedError extends GiveUpError {
  override name = 'PoisonedError';
  /** Stable code. */
  readonly reason: string;
  readonly payload: unknown;

  constructor(reason: string, message: string, payload: unknown) {
    super(message);
    this.reason = reason;
    this.payload = payload;
  }
}
