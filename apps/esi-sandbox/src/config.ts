import { integer, port } from '@hangar-bay/runtime';
import { z } from 'zod';

const BUCKET = /^(\d+)\/(\d+)m$/;

/** The environment of the sandbox. Unset names take their defaults; empty ones are the caller's to drop. */
export const sandboxEnv = z.object({
  SANDBOX_HOST: z.string().default('127.0.0.1').meta({ description: 'address to listen on' }),
  SANDBOX_PORT: port().default(0).meta({ description: '0: any free port' }),
  SANDBOX_SEED: integer(0, 4_294_967_295)
    .default(1)
    .meta({ description: 'the same seed gives the same world' }),
  SANDBOX_CONTRACTS: integer(0, 1_000_000)
    .default(4000)
    .meta({ description: 'about how many contracts are listed, over all regions' }),
  SANDBOX_GENERATION_SECONDS: integer(1, 86_400)
    .default(1800)
    .meta({ description: 'virtual seconds that a list stays in the cache' }),
  SANDBOX_CLOCK_RATE: integer(1, 100_000).default(1).meta({ description: 'virtual seconds per real second' }),
  SANDBOX_LATENCY_MS: integer(0, 60_000).default(0).meta({ description: 'added to every answer' }),
  SANDBOX_REPLAY_DIR: z.string().optional().meta({ description: 'folder of recorded answers to add' }),
  SANDBOX_TOKEN_BUCKET: z
    .string()
    .regex(BUCKET, 'expected tokens per minutes, such as 600/15m')
    .transform((text) => {
      const [, tokens, minutes] = BUCKET.exec(text) as RegExpExecArray;
      return { tokens: Number(tokens), windowSeconds: Number(minutes) * 60 };
    })
    .optional()
    .meta({ description: 'such as `600/15m`: token buckets in place of the error limit' }),
});

export interface TokenBucketConfig {
  tokens: number;
  windowSeconds: number;
}

export interface SandboxConfig {
  host: string;
  /** 0: any free port. */
  port: number;
  /** The same seed at the same virtual time gives the same world. */
  seed: number;
  /** About how many contracts are listed over all regions at any moment. */
  contracts: number;
  /** Virtual seconds that a region's list stays in the cache. */
  generationSeconds: number;
  /** Virtual seconds per real second. */
  clockRate: number;
  latencyMs: number;
  /** A folder of recorded answers that are added to the world. */
  replayDir?: string | undefined;
  /** Puts contract and universe routes under token buckets of this size in place of the error limit. */
  tokenBucket?: TokenBucketConfig | undefined;
  /** Virtual time at the start; now, where not given. */
  startAt?: Date | undefined;
}

/** Turns the parsed environment into the sandbox's configuration. */
export function sandboxConfigFrom(env: z.output<typeof sandboxEnv>): SandboxConfig {
  return {
    host: env.SANDBOX_HOST,
    port: env.SANDBOX_PORT,
    seed: env.SANDBOX_SEED,
    contracts: env.SANDBOX_CONTRACTS,
    generationSeconds: env.SANDBOX_GENERATION_SECONDS,
    clockRate: env.SANDBOX_CLOCK_RATE,
    latencyMs: env.SANDBOX_LATENCY_MS,
    replayDir: env.SANDBOX_REPLAY_DIR,
    tokenBucket: env.SANDBOX_TOKEN_BUCKET,
  };
}
