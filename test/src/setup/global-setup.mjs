import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Starts the services of the tests in a process of their own, which stops them when this one ends, also when it is
 * killed. The addresses reach the test files through the environment of jest's workers.
 */
export default async function startServices() {
  const host = fork(fileURLToPath(new URL('./service-host.ts', import.meta.url)), {
    execArgv: ['--conditions=@hangar-bay/source', '--import', 'tsx'],
  });
  const message = await firstMessage(host);
  if ('error' in message) {
    throw new Error(`The services of the tests did not start. ${message.error}`);
  }
  for (const notice of message.notices) {
    console.warn(`\n${notice}`);
  }
  process.env.HANGAR_BAY_TEST_SERVICES = JSON.stringify(message.services);
  globalThis.stopTestServices = () => stop(host);
}

function firstMessage(host) {
  return new Promise((resolve, reject) => {
    host.once('message', resolve);
    host.once('error', reject);
    host.once('exit', (code) => {
      reject(new Error(`The services of the tests ended with ${code} before they were ready.`));
    });
  });
}

function stop(host) {
  return new Promise((resolve) => {
    host.once('exit', resolve);
    host.disconnect();
  });
}
