import { Agent, get } from 'node:http';

export interface Asked {
  readonly ms: number;
  readonly status: number;
  readonly bytes: number;
}

/** One client with one connection that is kept. */
export function createClient() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  return {
    /** How long until the whole answer was there. */
    ask: (url: string): Promise<Asked> =>
      new Promise((resolve, reject) => {
        const startedAt = performance.now();
        get(url, { agent }, (response) => {
          let bytes = 0;
          response.on('data', (piece: Buffer) => {
            bytes += piece.length;
          });
          response.once('end', () =>
            resolve({ ms: performance.now() - startedAt, status: response.statusCode ?? 0, bytes }),
          );
          response.once('error', reject);
        }).once('error', reject);
      }),

    close: () => agent.destroy(),
  };
}
