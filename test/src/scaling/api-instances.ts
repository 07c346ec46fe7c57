import { startApiProcess, type ApiProcess } from '../api/api-process.js';
import { envOf, type Env } from '../api/api-under-test.js';
import { findFreePort } from '../setup/find-free-port.js';
import { startProxy } from './proxy.js';

const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];

export interface ApiInstances {
  /** The proxy before them. */
  readonly url: string;
  readonly addresses: readonly string[];
  /** What the proxy complained of so far: among others, whom it asked in vain before it asked another. */
  readonly complaints: () => readonly string[];
  /** Each instance's own URL. */
  readonly urls: () => string[];
  /** SIGTERM, the end that it makes by itself, and another in its place. @returns what was wrong with the end. */
  restart(address: string): Promise<string[]>;
  close(): Promise<void>;
}

export interface InstancesOptions {
  readonly nginxPath: string;
  readonly count: number;
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly env?: Env;
}

/** Processes of the API on addresses of their own, behind the proxy of docker/compose.yaml. */
export async function startApiInstances({
  nginxPath,
  count,
  databaseUrl,
  queueUrl,
  env = {},
}: InstancesOptions): Promise<ApiInstances> {
  const port = await findFreePort();
  const addresses = ADDRESSES.slice(0, count);
  const instances = new Map<string, ApiProcess>();

  async function start(address: string): Promise<void> {
    const own = { HOST: address, PORT: String(port), QUEUE_URL: queueUrl, TRUST_PROXY: '1' };
    instances.set(address, await startApiProcess(envOf(databaseUrl, { ...own, ...env })));
  }

  async function killAll(): Promise<void> {
    const running = [...instances.values()];
    running.forEach(({ child }) => child.kill('SIGKILL'));
    await Promise.all(running.map(({ ended }) => ended));
  }

  try {
    await Promise.all(addresses.map(start));
    const proxy = await startProxy(nginxPath, addresses, port);
    return {
      url: proxy.url,
      complaints: proxy.complaints,
      addresses,
      urls: () => [...instances.values()].map(({ url }) => url),

      async restart(address) {
        const instance = instances.get(address) as ApiProcess;
        instance.child.kill('SIGTERM');
        const { code, signal } = await instance.ended;
        await start(address);
        return code === 0
          ? []
          : [`an API ended with ${code ?? signal}, not with 0:\n${instance.lines.join('\n')}`];
      },

      async close() {
        await proxy.close();
        await killAll();
      },
    };
  } catch (error) {
    await killAll();
    throw error;
  }
}
