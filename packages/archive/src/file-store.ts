import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveError, type ArchiveStore } from './archive-store.js';

/** Archives in a folder, which is made where it is missing. A file is there whole, under its name, or not at all. */
export function createFileStore(url: string, directory: string): ArchiveStore {
  return {
    url,

    async write(name, bytes, signal) {
      const file = path.join(directory, name);
      try {
        signal?.throwIfAborted();
        const folder = path.dirname(file);
        const firstMade = await mkdir(folder, { recursive: true });
        await writeAtomically(file, bytes);
        await syncFolders(listFolders(folder, firstMade));
      } catch (error) {
        signal?.throwIfAborted();
        throw new ArchiveError(`${file} cannot be written: ${(error as Error).message}`, { cause: error });
      }
    },

    async read(name, signal) {
      const file = path.join(directory, name);
      try {
        await access(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
          return null;
        }
        throw cannotBeRead(file, error);
      }
      return readPieces(file, signal);
    },
  };
}

/** What a crash leaves behind ends in `.partial`, under a name that no other writer has. */
async function writeAtomically(file: string, bytes: Uint8Array): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    const handle = await open(partial, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** A name is durable once its folder is, and a new folder once the one above it is. */
async function syncFolders(folders: readonly string[]): Promise<void> {
  // Windows opens no folders; its file system keeps names by itself.
  for (const folder of process.platform === 'win32' ? [] : folders) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** From a folder up to one that was there before any that `mkdir` had to make. */
function listFolders(from: string, firstMade: string | undefined): string[] {
  const folders = [from];
  for (let folder = from; firstMade !== undefined && folder !== path.dirname(firstMade);) {
    folder = path.dirname(folder);
    folders.push(folder);
  }
  return folders;
}

/** Opens the file when the first piece is asked for, so that nobody has to close what nobody reads. */
async function* readPieces(file: string, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(file, { signal }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal?.throwIfAborted();
    throw cannotBeRead(file, error);
  }
}

function cannotBeRead(file: string, error: unknown): ArchiveError {
  return new ArchiveError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
}
