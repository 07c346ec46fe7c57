import { parseArchiveUrl, type ArchivePlace } from '@hangar-bay/archive';
import { integer, url } from '@hangar-bay/runtime';
import { z } from 'zod';

const FORMS = 'expected file:///folder or s3://bucket/prefix, without a user, a port or a query';

const forBuckets = (what: string) =>
  z
    .string()
    .optional()
    .meta({ description: `${what}, for \`s3://\`` });

/** How long contracts are kept, and where they go. */
export const retentionSettings = {
  RETENTION_DAYS: integer(1, 3_650)
    .default(90)
    .meta({ description: 'contracts that are gone or expired for longer are deleted' }),
  ARCHIVE_URL: z
    .string()
    .transform((text, context) => {
      const address = parseArchiveUrl(text);
      if (address === null) {
        context.addIssue(FORMS);
        return z.NEVER;
      }
      return address;
    })
    .optional()
    .meta({
      description:
        '`file:///folder` or `s3://bucket/prefix`: they are written there first (docs/archive.md). Unset: they are not kept',
    }),
  AWS_ENDPOINT_URL: url('https:', 'http:')
    .optional()
    .meta({ description: "where the bucket's store is, if it is not Amazon's" }),
  AWS_REGION: forBuckets("the bucket's region; required at Amazon"),
  AWS_ACCESS_KEY_ID: forBuckets('required'),
  AWS_SECRET_ACCESS_KEY: forBuckets('required'),
  AWS_SESSION_TOKEN: forBuckets('with temporary keys'),
};

type RetentionEnv = z.output<z.ZodObject<typeof retentionSettings>>;

type Rule = [
  holds: (env: RetentionEnv) => boolean,
  options: { path: string[]; message: string; when: () => boolean },
];

/** What an archive in a bucket needs besides, each for `refine`. */
export const archiveRules = {
  region: rule(
    'AWS_REGION',
    "an archive in Amazon's S3 needs it",
    (env) => env.AWS_REGION !== undefined || env.AWS_ENDPOINT_URL !== undefined,
  ),
  key: rule(
    'AWS_ACCESS_KEY_ID',
    'an archive in a bucket needs it',
    (env) => env.AWS_ACCESS_KEY_ID !== undefined,
  ),
  secret: rule(
    'AWS_SECRET_ACCESS_KEY',
    'an archive in a bucket needs it',
    (env) => env.AWS_SECRET_ACCESS_KEY !== undefined,
  ),
};

function rule(name: keyof RetentionEnv, message: string, isMet: (env: RetentionEnv) => boolean): Rule {
  return [
    (env) => env.ARCHIVE_URL?.kind !== 's3' || isMet(env),
    // Also where other variables are not usable: all problems are told at once.
    { path: [name], message, when: () => true },
  ];
}

/** Stores that have no regions take this one. */
const ANY_REGION = 'us-east-1';

/** @returns null where nothing is archived. */
export function readArchivePlace(env: RetentionEnv): ArchivePlace | null {
  const address = env.ARCHIVE_URL;
  if (address?.kind !== 's3') {
    return address ?? null;
  }
  return {
    ...address,
    access: {
      endpoint: env.AWS_ENDPOINT_URL,
      region: env.AWS_REGION ?? ANY_REGION,
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: env.AWS_SESSION_TOKEN,
    },
  };
}
