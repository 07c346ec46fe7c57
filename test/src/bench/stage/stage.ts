import type { MarketSize } from '../data/fill-market.js';
import type { Options } from '../options.js';

/** What subjects are given. Whatever they start through it is stopped when their measuring ends. */
export interface Stage {
  readonly options: Options;
  /** The maintenance database of the run's PostgreSQL. */
  readonly adminUrl: string;
  /** `redis://127.0.0.1:port`; undefined where Redis is not installed. */
  readonly redisUrl: string | undefined;
  readonly log: (text: string) => void;
  /** A market to read from; see openMarketDatabase. */
  marketDatabase(size: MarketSize): Promise<string>;
  /** Calls it when the subject is done, last given first. */
  onEnd(release: () => Promise<unknown>): void;
}
