import { randomBytes } from 'node:crypto';
import { apiEnv } from '@hangar-bay/api';
import { databaseSettings, queueSettings } from '@hangar-bay/runtime';
import { standaloneEnv } from '@hangar-bay/standalone';
import { workerEnv } from '@hangar-bay/worker';
import { z } from 'zod';

/** What each image reads of its environment. */
const ENVIRONMENTS = {
  api: apiEnv,
  worker: workerEnv,
  migrate: z.object({ ...databaseSettings, ...queueSettings }),
  standalone: z.object({ ...standaloneEnv.shape, ...workerEnv.shape, ...apiEnv.shape }),
} satisfies Record<string, z.ZodObject>;

type App = keyof typeof ENVIRONMENTS;

/** The variables that an app reads. */
export const variablesOf = (app: App): string[] => Object.keys(ENVIRONMENTS[app].shape);

/** Stands for values that are elsewhere: secrets. */
const EXAMPLES: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgresql://u:p@postgres/d',
  DATABASE_REPLICA_URL: 'postgresql://u:p@postgres-replica/d',
  QUEUE_URL: 'redis://valkey',
  AUTH_JWT_KEYS: `first:${randomBytes(32).toString('hex')}`,
  METRICS_TOKEN: randomBytes(16).toString('hex'),
  ESI_USER_AGENT: 'hangar-bay (https://hangar-bay.example)',
  OPS_USERS: '',
};

/** What an app would say of an environment: names that it does not read, and its own problems with the rest. */
export function findProblems(app: App, values: Readonly<Record<string, string | undefined>>): string[] {
  const env = ENVIRONMENTS[app];
  const unknown = Object.keys(values).filter((name) => !(name in env.shape));
  const set = Object.entries(values)
    .map(([name, value]) => [name, value ?? EXAMPLES[name]])
    .filter(([, value]) => value !== undefined && value !== '');
  const { error } = env.safeParse(Object.fromEntries(set));
  return [
    ...unknown.map((name) => `${name} is not read by ${app}`),
    ...(error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
  ];
}
