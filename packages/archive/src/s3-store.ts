import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { ArchiveError, type ArchiveStore } from './archive-store.js';

/** How to reach and sign for a bucket. */
export interface S3Access {
  /** The store's own address; undefined: Amazon's of the region. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

export interface S3Place {
  readonly url: string;
  readonly bucket: string;
  readonly prefix: string;
}

/** For one object, retries and all pieces included. */
const TIMEOUT_MS = 60_000;
/** Of answers 429 and 5xx, after about 0.2, 0.4, 0.8 s; then the next run of retention is the retry. */
const RETRIES = 3;
const FIRST_RETRY_MS = 400;

/** Archives in a bucket of Amazon S3 or of any store that speaks its protocol. */
export function createS3Store({ url, bucket, prefix }: S3Place, access: S3Access): ArchiveStore {
  const { accessKeyId, secretAccessKey, sessionToken, region } = access;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: 's3',
    region,
    retries: RETRIES,
    initRetryMs: FIRST_RETRY_MS,
  });
  const base = `${addressOf(bucket, access)}${prefix && `/${encodePath(prefix)}`}`;

  async function ask(name: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      return await client.fetch(`${base}/${encodePath(name)}`, {
        ...init,
        // A store that moved says so; a signature is for one host.
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new ArchiveError(`${url} does not answer: ${reasonOf(error)}`, { cause: error });
    }
  }

  return {
    url,

    async write(name, bytes, signal) {
      // The store compares it with what arrives.
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const headers = { 'Content-Type': 'application/octet-stream', 'X-Amz-Content-Sha256': sha256 };
      const response = await ask(
        name,
        { method: 'PUT', headers, body: bytes as Uint8Array<ArrayBuffer> },
        signal,
      );
      const { code, text } = await readProblem(response);
      if (!response.ok) {
        throw new ArchiveError(
          `${url}/${name} cannot be written: ${response.status} ${code} ${text}`.trimEnd(),
        );
      }
    },

    async read(name, signal) {
      const response = await ask(name, { method: 'GET' }, signal);
      if (response.ok && response.body) {
        return readPieces(`${url}/${name}`, response.body, signal);
      }
      const { code, text } = await readProblem(response);
      if (response.status === 404 && code !== 'NoSuchBucket') {
        return null;
      }
      throw new ArchiveError(`${url}/${name} cannot be read: ${response.status} ${code} ${text}`.trimEnd());
    },
  };
}

/** Other stores have no host name for each bucket; nor has a certificate one for a bucket with dots. */
function addressOf(bucket: string, { endpoint, region }: S3Access): string {
  if (endpoint !== undefined) {
    return `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  }
  return bucket.includes('.')
    ? `https://s3.${region}.amazonaws.com/${bucket}`
    : `https://${bucket}.s3.${region}.amazonaws.com`;
}

/** As it is signed: more is escaped than encodeURIComponent does. */
function encodePath(path: string): string {
  return path
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(
        /[!'()*]/g,
        (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');
}

const LONGEST_PROBLEM = 2_000;

/** What an answer that is not the object says. */
async function readProblem(response: Response): Promise<{ code: string; text: string }> {
  const body = (await response.text().catch(() => '')).slice(0, LONGEST_PROBLEM);
  return {
    code: /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? '',
    text: /<Message>([^<]*)<\/Message>/.exec(body)?.[1] ?? '',
  };
}

async function* readPieces(
  object: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    signal?.throwIfAborted();
    throw new ArchiveError(`${object} cannot be read to its end: ${reasonOf(error)}`, { cause: error });
  }
}

/** fetch says only that it failed; the cause says why. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: Partial<NodeJS.ErrnoException>; message: string };
  return [cause?.message, cause?.code].find(Boolean) ?? message;
}
