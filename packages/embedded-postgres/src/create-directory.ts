import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a directory and those above it that are missing.
 *
 * Node's own `recursive` never ends where the file system answers ENOENT for a parent that exists, as /proc does
 *; there this fails.
 */
export async function createDirectory(path: string): Promise<void> {
  if (await isDirectory(path)) {
    return;
  }
  await createDirectory(dirname(path));
  await mkdir(path).catch(async (error: unknown) => {
    // Another process may have been quicker.
    if (!(await isDirectory(path))) {
      throw error;
    }
  });
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return false;
      }
      throw error;
    },
  );
}
