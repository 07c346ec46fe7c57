import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const ACCESS = {
  region: 'eu-north-1',
  accessKeyId: 'KEY',
  secretAccessKey: 'secret/+=',
  sessionToken: 'token',
};

interface Answer {
  status: number;
  body?: string | Buffer;
}

export type S3Server = Awaited<ReturnType<typeof startS3Server>>;

/** Keeps objects in one bucket and holds each request against its signature, as Amazon describes version 4. */
export async function startS3Server(bucket: string) {
  const objects = new Map<string, Buffer>();
  const faults: Answer[] = [];
  const requests: string[] = [];

  function answer(request: IncomingMessage, body: Buffer): Answer {
    const fault = faults.shift();
    if (fault) {
      return fault;
    }
    if (describeSignature(request) !== request.headers.authorization) {
      return problem(403, 'SignatureDoesNotMatch');
    }
    const [, inBucket, key = ''] = /^\/([^/]+)\/(.+)$/.exec(request.url ?? '') ?? [];
    if (inBucket !== bucket) {
      return problem(404, 'NoSuchBucket');
    }
    if (request.method === 'PUT') {
      if (hash(body) !== request.headers['x-amz-content-sha256']) {
        return problem(400, 'XAmzContentSHA256Mismatch');
      }
      objects.set(key, body);
      return { status: 200 };
    }
    const object = objects.get(key);
    return object === undefined ? problem(404, 'NoSuchKey') : { status: 200, body: object };
  }

  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}`);
      const { status, body } = answer(request, Buffer.concat(pieces));
      response.writeHead(status).end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** By key, as it stood in the request. */
    objects,
    /** What the next requests are answered with. */
    faults,
    requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const problem = (status: number, code: string): Answer => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>because</Message></Error>`,
});

function describeSignature({ method, url, headers }: IncomingMessage): string {
  const date = String(headers['x-amz-date']);
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const signed = names.split(';').map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = [method, url, '', signed.join(''), names, headers['x-amz-content-sha256']].join('\n');
  const scope = [date.slice(0, 8), ACCESS.region, 's3', 'aws4_request'];
  const key = scope.reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${ACCESS.secretAccessKey}`,
  );
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope.join('/'), hash(canonical)].join('\n'));
  return (
    `AWS4-HMAC-SHA256 Credential=${ACCESS.accessKeyId}/${scope.join('/')}, ` +
    `SignedHeaders=${names}, Signature=${signature.toString('hex')}`
  );
}

function hash(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
