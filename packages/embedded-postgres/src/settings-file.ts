import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Included at the end of postgresql.conf and written anew by each start. */
export const SETTINGS_FILE = 'hangar-bay.conf';

/** Loopback only, no Unix socket (their paths are limited to about 100 bytes), a quiet log. */
const FIXED_SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_checkpoints: 'off',
};

/** Writes the server's settings for its next start; what the caller gives goes over the fixed ones. */
export async function writeSettings(
  dataDir: string,
  port: number,
  settings: Record<string, string>,
): Promise<void> {
  const lines = Object.entries({ ...FIXED_SETTINGS, port: String(port), ...settings }).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`,
  );
  // By rename: the old file may belong to root, from a start as root.
  const file = join(dataDir, SETTINGS_FILE);
  await writeFile(`${file}.new`, `${lines.join('\n')}\n`);
  await rename(`${file}.new`, file);
}
