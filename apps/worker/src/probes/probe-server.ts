import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExitError, refuseMetricsReader, type Registry } from '@hangar-bay/runtime';
import type { Liveness } from './liveness.js';
import type { Readiness } from './readiness.js';

export interface ProbeServerDeps {
  readonly host: string;
  readonly port: number;
  readonly metricsToken: string | undefined;
  readonly registry: Registry;
  readonly liveness: Liveness;
  readonly readiness: Readiness;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const ROUTES: Readonly<Record<string, (deps: ProbeServerDeps, request: IncomingMessage) => Promise<Answer>>> =
  {
    '/health/live': async ({ liveness }) => {
      const health = await liveness.check();
      return json(health.status === 'ok' ? 200 : 503, health);
    },
    '/health/ready': async ({ readiness }) => {
      const report = await readiness.check();
      return json(report.status === 'ok' ? 200 : 503, report);
    },
    '/metrics': async ({ registry, metricsToken }, request) => {
      const refusal = refuseMetricsReader(request, metricsToken);
      if (refusal === 'token') {
        const problem = { detail: 'Send METRICS_TOKEN as a bearer token.' };
        return json(401, problem, { 'WWW-Authenticate': 'Bearer' });
      }
      if (refusal === 'remote') {
        return json(403, { detail: 'Without METRICS_TOKEN, metrics are for this machine alone.' });
      }
      return {
        status: 200,
        body: await registry.metrics(),
        headers: { 'Content-Type': registry.contentType },
      };
    },
  };

/** Tells whoever runs this process how it is: whether to restart it, whether it works, and its metrics. */
export function createProbeServer(deps: ProbeServerDeps) {
  const server = createServer((request, response) => {
    answer(deps, request)
      .catch((error: unknown) => json(500, { detail: `No answer: ${(error as Error).name}` }))
      .then((result) => send(response, result, request.method === 'HEAD'))
      .catch(() => response.destroy());
  });

  return {
    /** @returns where it listens. @throws ExitError where the port is not to be had. */
    async listen(): Promise<string> {
      try {
        server.listen(deps.port, deps.host);
        await once(server, 'listening');
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new ExitError(
          `The probes cannot listen on port ${deps.port} of ${deps.host} (${code}). Choose another with PROBE_PORT.`,
          1,
          { cause: error },
        );
      }
      const { address, family, port } = server.address() as AddressInfo;
      const isAny = ['0.0.0.0', '::'].includes(address);
      return `http://${isAny ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address}:${port}`;
    },

    async close(): Promise<void> {
      if (server.listening) {
        const closed = once(server, 'close');
        server.close();
        // Whoever asks now learns as much from no answer.
        server.closeAllConnections();
        await closed;
      }
    },
  };
}

async function answer(deps: ProbeServerDeps, request: IncomingMessage): Promise<Answer> {
  const [path = ''] = (request.url ?? '').split('?');
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (route === undefined) {
    return json(404, { detail: `There are ${Object.keys(ROUTES).join(', ')}.` });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return json(405, { detail: 'Use GET.' }, { Allow: 'GET, HEAD' });
  }
  return route(deps, request);
}

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    body: `${JSON.stringify(body)}\n`,
    headers: { 'Content-Type': 'application/json', ...headers },
  };
}

function send(response: ServerResponse, { status, body, headers }: Answer, isHead: boolean): void {
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(isHead ? undefined : body);
}
