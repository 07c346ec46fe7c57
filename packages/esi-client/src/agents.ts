import http from 'node:http';
import https from 'node:https';

/** What keeps connections, in the form in which axios takes it. */
export type Agents = ReturnType<typeof createAgents>;

/** `keepAliveMsecs` as axios sets it for each request: two values in turn are system calls for each, 2 % of a worker. */
const KEPT = { keepAlive: true, keepAliveMsecs: 60_000 };

/** Of so many connections at the most; a request beyond them waits for one, and has it the moment that it is free. */
export function createAgents(maxSockets: number) {
  const options = { ...KEPT, maxSockets };
  return { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) };
}

export function closeAgents({ httpAgent, httpsAgent }: Agents): void {
  httpAgent.destroy();
  httpsAgent.destroy();
}
