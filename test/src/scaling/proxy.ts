import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findFreePort } from '../setup/find-free-port.js';
import { waitUntil } from '../setup/wait-until.js';
import { startNameServer } from './name-server.js';

const CONF = new URL('../../../docker/nginx/nginx.conf', import.meta.url);

export interface Proxy {
  readonly url: string;
  /** What it complained of so far. */
  readonly complaints: () => readonly string[];
  close(): Promise<void>;
}

/**
 * nginx with the configuration of docker/compose.yaml, between clients and instances of the API that listen on one port
 * of several addresses. Only where it listens, where it writes and whom it asks for names are others.
 */
export async function startProxy(
  nginxPath: string,
  addresses: readonly string[],
  apiPort: number,
): Promise<Proxy> {
  const nameServer = await startNameServer(addresses);
  const folder = await mkdtemp(join(tmpdir(), 'hangar-bay-proxy-'));
  const port = await findFreePort();
  const replacements: readonly (readonly [string, string])[] = [
    ['listen 8080;', `listen 127.0.0.1:${port};`],
    ['resolver 127.0.0.11 ', `resolver 127.0.0.1:${nameServer.port} `],
    ['http://api:3000;', `http://api:${apiPort};`],
    [' /tmp/', ` ${folder}/`],
  ];
  const conf = replacements.reduce(replaceAll, await readFile(CONF, 'utf8'));
  await writeFile(join(folder, 'nginx.conf'), conf);
  const user = process.getuid?.() === 0 ? ' user root;' : '';
  const nginx = spawn(
    nginxPath,
    ['-e', 'stderr', '-c', join(folder, 'nginx.conf'), '-g', `daemon off;${user}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const complaints: string[] = [];
  createInterface(nginx.stderr).on('line', (line) => complaints.push(line));
  const ended = once(nginx, 'close');
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    nginx.kill('SIGTERM');
    await ended;
    await nameServer.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntil(
      () =>
        fetch(`${url}/metrics`)
          .then(({ status }) => status === 404)
          .catch(() => false),
      {
        what: 'the proxy listens',
      },
    );
  } catch (error) {
    await close();
    throw new Error(`nginx did not start:\n${complaints.join('\n')}`, { cause: error });
  }
  return { url, complaints: () => complaints, close };
}

function replaceAll(text: string, [from, to]: readonly [string, string]): string {
  if (!text.includes(from)) {
    throw new Error(`docker/nginx/nginx.conf does not hold "${from}".`);
  }
  return text.replaceAll(from, to);
}
