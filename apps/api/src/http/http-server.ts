import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExitError } from '@hangar-bay/runtime';
import { refuseUnreadable } from './refuse-unreadable.js';

export interface HttpServer {
  /** @returns where it listens. @throws ExitError where the port is not to be had. */
  listen(options: { readonly host: string; readonly port: number }): Promise<string>;
  /** Stops listening and waits for running requests, but not for ever. */
  close(): Promise<void>;
}

/** Above the longest URL that is answered by a problem of ours. */
const MAX_HEADER_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const DRAIN_MS = 5_000;
const IDLE_SWEEP_MS = 25;

export function createHttpServer(listener: RequestListener): HttpServer {
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS },
    listener,
  );
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

    async close() {
      if (!server.listening) {
        return;
      }
      const closed = once(server, 'close');
      server.close();
      // A connection that is kept alive becomes idle when its request ends, and would then stay open.
      const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
      const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearInterval(sweep);
      clearTimeout(deadline);
    },
  };
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
