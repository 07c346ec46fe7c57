import { once } from 'node:events';
import { forkSource } from './fork-source.js';
import type { TestServices } from './test-services.js';

const SERVICE_HOST = new URL('./service-host.ts', import.meta.url);

/**
 * PostgreSQL and Redis of a command's own, in a process that stops them when this one ends, also when it is killed. From
 * then on `testServices()` tells where they are.
 * @returns stops them.
 */
export async function startServices(): Promise<() => Promise<void>> {
  const host = forkSource(SERVICE_HOST);
  const [message] = (await once(host, 'message')) as [
    { services?: TestServices; notices?: string[]; error?: string },
  ];
  if (message.error !== undefined) {
    throw new Error(`The services did not start. ${message.error}`);
  }
  for (const notice of message.notices ?? []) {
    console.warn(notice);
  }
  process.env['HANGAR_BAY_TEST_SERVICES'] = JSON.stringify(message.services);
  return async () => {
    const ended = once(host, 'exit');
    host.disconnect();
    await ended;
  };
}
