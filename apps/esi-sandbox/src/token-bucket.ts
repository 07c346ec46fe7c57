import type { TokenBucketConfig } from './config.js';

export interface TokenBucket {
  /** Seconds until a request is allowed again; 0 if it is now. */
  retryAfter(): number;
  /** Takes what an answer of this status costs. */
  charge(status: number): void;
  headers(): Record<string, string>;
}

/** ESI's newer limit, in real time: tokens spent within a floating window. */
export function createTokenBucket(
  group: string,
  { tokens, windowSeconds }: TokenBucketConfig,
  realNow: () => number = Date.now,
): TokenBucket {
  const spent: { at: number; cost: number }[] = [];
  let used = 0;

  function forgetOld(): void {
    const oldest = realNow() - windowSeconds * 1000;
    while (spent[0] !== undefined && spent[0].at <= oldest) {
      used -= spent.shift()?.cost ?? 0;
    }
  }

  return {
    retryAfter: () => {
      forgetOld();
      const first = spent[0];
      if (used < tokens || first === undefined) {
        return 0;
      }
      return Math.max(1, Math.ceil((first.at + windowSeconds * 1000 - realNow()) / 1000));
    },
    charge: (status) => {
      const cost = costOf(status);
      if (cost > 0) {
        spent.push({ at: realNow(), cost });
        used += cost;
      }
    },
    headers: () => {
      forgetOld();
      return {
        'X-Ratelimit-Group': group,
        'X-Ratelimit-Limit': `${tokens}/${Math.round(windowSeconds / 60)}m`,
        'X-Ratelimit-Remaining': String(Math.max(0, tokens - used)),
        'X-Ratelimit-Used': String(used),
      };
    },
  };
}

function costOf(status: number): number {
  if (status < 300) {
    return 2;
  }
  if (status < 400) {
    return 1;
  }
  return status < 500 && status !== 429 && status !== 420 ? 5 : 0;
}
