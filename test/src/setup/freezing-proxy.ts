import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface FreezingProxy {
  /** The URL with this proxy in the place of the host. */
  readonly url: string;
  /** From now on every connection, new ones too, is open and says nothing. */
  freeze(): void;
  /** Cuts every connection, new ones too, as if the server were gone. */
  cut(): void;
  /** New connections pass again; those that were frozen are cut. */
  thaw(): void;
  close(): Promise<void>;
}

/** Stands before a server and can stop answering without closing anything. */
export async function startFreezingProxy(upstreamUrl: string): Promise<FreezingProxy> {
  const upstream = new URL(upstreamUrl);
  const sockets = new Set<Socket>();
  let isFrozen = false;
  let isCut = false;

  const server = createServer((client) => {
    keep(client);
    if (isCut) {
      client.destroy();
      return;
    }
    if (isFrozen) {
      client.resume();
      return;
    }
    const behind = connect(Number(upstream.port), upstream.hostname);
    keep(behind);
    client.pipe(behind).pipe(client);
    client.once('close', () => behind.destroy());
    behind.once('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  function cutAll(): void {
    for (const socket of sockets) {
      socket.destroy();
    }
  }

  const url = new URL(upstreamUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze() {
      isFrozen = true;
      for (const socket of sockets) {
        socket.unpipe();
        socket.resume();
      }
    },
    cut() {
      isCut = true;
      cutAll();
    },
    thaw() {
      isFrozen = false;
      isCut = false;
      cutAll();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      cutAll();
      await closed;
    },
  };
}
