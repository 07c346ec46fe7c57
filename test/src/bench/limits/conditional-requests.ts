import { Agent, get } from 'node:http';
import pLimit from 'p-limit';
import { THE_FORGE } from '../data/universe.js';

/** As many bare conditional requests as the list has pages: page 1, which counts them, then the rest in parallel. */
export async function askConditionally(esiUrl: string, pages: number, parallel: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  const url = (page: number) => `${esiUrl}/contracts/public/${THE_FORGE}?page=${page}`;
  const etags = await Promise.all(
    Array.from({ length: pages }, (_, index) => ask(agent, url(index + 1), null)),
  );
  const limit = pLimit(parallel);
  const startedAt = performance.now();
  await ask(agent, url(1), etags[0] ?? null);
  await Promise.all(etags.slice(1).map((etag, index) => limit(() => ask(agent, url(index + 2), etag))));
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  return seconds;
}

/** Returns the ETag. */
function ask(agent: Agent, url: string, etag: string | null): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: etag === null ? {} : { 'if-none-match': etag } }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => resolve(response.headers.etag ?? ''));
    }).once('error', reject);
  });
}
