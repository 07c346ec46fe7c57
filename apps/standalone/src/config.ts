import path from 'node:path';
import { parseArgs } from 'node:util';
import { apiEnv } from '@hangar-bay/api';
import { sandboxConfigFrom, sandboxEnv } from '@hangar-bay/esi-sandbox';
import { ExitError, checkEnv, databaseSettings, parseEnv, type EnvSource } from '@hangar-bay/runtime';
import { workerEnv } from '@hangar-bay/worker';
import { z } from 'zod';

const USAGE_ERROR = 64;

/** What `start` reads itself; the rest of the environment goes on to the worker and the API. */
export const standaloneEnv = z.object({
  DATABASE_URL: databaseSettings.DATABASE_URL.optional(),
  DATA_DIR: z
    .string()
    .default('.data')
    .meta({ description: '`start` only: where its PostgreSQL keeps its data' }),
  ESI_USER_AGENT: z.string().optional(),
  ESI_BASE_URL: z.string().optional(),
});

const OPTIONS = {
  contracts: { type: 'string' },
  port: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: npx pnpm@12 start [options]

  --contracts N   size of the sandbox's world (SANDBOX_CONTRACTS, 4000)
  --port N        port of the API (PORT, 3000)
  --help          this text

Without ESI_USER_AGENT and ESI_BASE_URL the contracts come from the sandbox. README.md lists all variables.`;

export interface StandaloneConfig {
  /** Null: run a PostgreSQL of its own. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Null: read ESI where the environment says. */
  readonly sandbox: ReturnType<typeof sandboxConfigFrom> | null;
  /** For the worker and the API: what the caller set, over the defaults for one person's machine. */
  readonly env: EnvSource;
}

/** @throws ExitError with code 78 or, for a bad option, 64. */
export function readStandaloneConfig(source: EnvSource, args: readonly string[]): StandaloneConfig {
  const options = readOptions(args);
  const set: Record<string, string> = {
    ...dropEmpty(source),
    ...(options.contracts === undefined ? {} : { SANDBOX_CONTRACTS: options.contracts }),
    ...(options.port === undefined ? {} : { PORT: options.port }),
  };
  const usesSandbox = !set['ESI_USER_AGENT'] && !set['ESI_BASE_URL'];
  // What is not known yet, because the parts that make it are not started.
  const later = {
    DATABASE_URL: 'postgresql://127.0.0.1',
    NODE_ENV: 'development',
    ...(usesSandbox ? { ESI_BASE_URL: 'http://127.0.0.1' } : {}),
  };
  checkEnv([standaloneEnv, workerEnv, apiEnv, ...(usesSandbox ? [sandboxEnv] : [])], { ...later, ...set });

  const env = parseEnv(standaloneEnv, set);
  return {
    databaseUrl: env.DATABASE_URL ?? null,
    // pnpm runs scripts in the folder of package.json; people mean the folder that they are in.
    // Each source has data of its own: what the sandbox made up must never pass for ESI's.
    dataDir: path.resolve(
      source['INIT_CWD'] ?? '.',
      env.DATA_DIR,
      usesSandbox ? 'sandbox' : hostOf(env.ESI_BASE_URL),
    ),
    sandbox: usesSandbox ? sandboxConfigFrom(parseEnv(sandboxEnv, set)) : null,
    env: {
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'pretty',
      PROBE_PORT: '0',
      TICK_SECONDS: '5',
      // The sandbox is ours and on this machine; ESI itself gets the worker's own, careful default.
      ...(usesSandbox ? { ESI_MAX_REQUESTS_PER_SECOND: '2000' } : {}),
      ...set,
    },
  };
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    if (values.help) {
      throw new ExitError(USAGE, 0);
    }
    return values;
  } catch (error) {
    if (error instanceof ExitError) {
      throw error;
    }
    throw new ExitError(`${(error as Error).message}\n\n${USAGE}`, USAGE_ERROR, { cause: error });
  }
}

function dropEmpty(source: EnvSource): Record<string, string> {
  return Object.fromEntries(
    Object.entries(source).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

/** A folder's name for where the contracts come from. */
function hostOf(baseUrl: string | undefined): string {
  return baseUrl === undefined ? 'esi' : new URL(baseUrl).host.replaceAll(/[^\w.-]/g, '-');
}
