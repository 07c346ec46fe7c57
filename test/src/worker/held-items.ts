import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HeldItems {
  readonly url: string;
  /** Requests for items that have no answer yet. */
  held(): number;
  /** The most of them at a time so far. */
  most(): number;
  /** How many were asked for so far. */
  asked(): number;
  /** Answers the one that has waited longest. */
  answerOne(): void;
  stop(): Promise<void>;
}

/** An ESI that answers for the items of a contract, one row of a type, only when it is told to, and else with 404. */
export async function holdItems(typeId: number): Promise<HeldItems> {
  const waiting: ServerResponse[] = [];
  let asked = 0;
  let most = 0;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url?.startsWith('/contracts/public/items/')) {
      waiting.push(response);
      asked += 1;
      most = Math.max(most, waiting.length);
    } else {
      response.writeHead(404).end('{"error":"Not found"}');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const items = JSON.stringify([{ record_id: 1, type_id: typeId, quantity: 1, is_included: true }]);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: () => waiting.length,
    most: () => most,
    asked: () => asked,
    answerOne: () => waiting.shift()?.end(items),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
