import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { ExitError } from '@hangar-bay/runtime';
import { refuseUnreadable } from './refuse-unreadable.js';

export interface HttpServer {
  /** @returns where it listens. @throws ExitError where the port is not to be had. */
  listen(options: { readonly host: string; readonly port: number }): Promise<string>;
  /**
   * Answers on for so long, each answer being the last of its connection: clients come back by another, elsewhere.
   * Resolves when nobody waits to be let in, who would be cut by a `close` that does not come at once.
   */
  retire(lingerMs: number): Promise<void>;
  /** Stops listening, with the call, and waits for running requests, but not for ever. */
  close(): Promise<void>;
}

/** Above the longest URL that is answered by a problem of ours. */
const MAX_HEADER_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** Proxies keep their connections for up to a minute; the side that may send the next request must be first to close. */
const KEEP_ALIVE_MS = 75_000;
const DRAIN_MS = 10_000;
/** Who has connected, and asked nothing for so long, is not waited for: browsers connect ahead. */
const SILENCE_MS = 1_000;
const IDLE_SWEEP_MS = 25;
/** So many turns of the event loop without a new connection, and none waits; under a flood there is no such moment. */
const QUIET_TURNS = 3;
const MAX_BACKLOG_MS = 500;

export function createHttpServer(listener: RequestListener): HttpServer {
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    listener,
  );
  const unanswered = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  let isRetired = false;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_request, response) => {
    unanswered.add(response);
    response.on('close', () => unanswered.delete(response));
    if (isRetired) {
      endConnectionAfter(response);
    }
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseUnreadable(error, socket));

  return {
    async listen({ host, port }) {
      try {
        server.listen(port, host);
        await once(server, 'listening');
      } catch (error) {
        throw explainListenError(error as NodeJS.ErrnoException, host, port);
      }
      return urlOf(server);
    },

    async retire(lingerMs) {
      isRetired = true;
      unanswered.forEach(endConnectionAfter);
      if (server.listening) {
        await wait(lingerMs);
        await emptyBacklog(server);
      }
    },

    async close() {
      if (!server.listening) {
        return;
      }
      const closed = once(server, 'close');
      server.close();
      // A connection that is kept alive becomes idle when its request ends, and would then stay open.
      const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
      const silence = setTimeout(() => closeSilent(sockets, unanswered), SILENCE_MS);
      const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearInterval(sweep);
      clearTimeout(silence);
      clearTimeout(deadline);
    },
  };
}

function endConnectionAfter(response: ServerResponse): void {
  if (!response.headersSent) {
    response.setHeader('Connection', 'close');
  }
}

/** The kernel takes connections before the server does, which takes one in each turn of the event loop. */
async function emptyBacklog(server: Server): Promise<void> {
  const deadline = performance.now() + MAX_BACKLOG_MS;
  let quietTurns = 0;
  const onConnection = () => {
    quietTurns = -1;
  };
  server.on('connection', onConnection);
  while (quietTurns < QUIET_TURNS && performance.now() < deadline) {
    await turn();
    quietTurns += 1;
  }
  server.off('connection', onConnection);
}

function closeSilent(sockets: Iterable<Socket>, unanswered: Iterable<ServerResponse>): void {
  const busy = new Set([...unanswered].map(({ socket }) => socket));
  for (const socket of sockets) {
    if (!busy.has(socket)) {
      socket.destroy();
    }
  }
}

function explainListenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is in use. Stop what listens there, or choose another port with PORT.`,
    EACCES: `Port ${port} needs more rights than this process has. Choose one above 1023 with PORT.`,
    EADDRNOTAVAIL: `This machine does not have the address ${host}. Choose another with HOST.`,
    ENOTFOUND: `The address ${host} is not known. Choose another with HOST.`,
  };
  const reason = reasons[error.code ?? ''];
  return reason === undefined ? error : new ExitError(reason, 1, { cause: error });
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  if (address === '0.0.0.0' || address === '::') {
    return `http://localhost:${port}`;
  }
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
