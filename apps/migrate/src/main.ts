import { describeMigrationProblem, readMigrationStatus } from '@hangar-bay/database';
import { ExitError, databaseSettings, parseEnv, queueSettings } from '@hangar-bay/runtime';
import { z } from 'zod';
import { applyMigrations } from './apply-migrations.js';

/** `migrate` applies what is pending; `status` prints it and ends with 1 where there is something to do. */
const VERBS = { migrate, status } as const;

async function migrate(): Promise<number> {
  const env = readEnv();
  const applied = await applyMigrations(env.DATABASE_URL, env.QUEUE_URL ?? env.DATABASE_URL);
  console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'Nothing to apply.');
  return 0;
}

async function status(): Promise<number> {
  const current = await readMigrationStatus(readEnv().DATABASE_URL);
  const problem = describeMigrationProblem(current);
  console.log(`Applied: ${current.applied.join(', ') || 'none'}`);
  console.log(problem ?? 'The database is what this version needs.');
  return problem ? 1 : 0;
}

function readEnv() {
  return parseEnv(z.object({ ...databaseSettings, ...queueSettings }), process.env);
}

function readVerb(): keyof typeof VERBS {
  const verb = process.argv[2] ?? 'migrate';
  if (!Object.hasOwn(VERBS, verb)) {
    throw new ExitError(`Unknown command ${verb}; there are: ${Object.keys(VERBS).join(', ')}.`, 64);
  }
  return verb as keyof typeof VERBS;
}

try {
  process.exitCode = await VERBS[readVerb()]();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof ExitError ? error.exitCode : 1;
}
