import { ArchiveError, digestPacked, packLines, type ArchiveStore } from '@hangar-bay/archive';
import {
  dropBatch,
  markBatchVerified,
  markBatchWritten,
  readArchiveLines,
  reopenBatch,
  type ArchiveBatch,
  type ArchiveLine,
  type ArchivedObject,
  type Database,
} from '@hangar-bay/database';

/** Raised when a field leaves the lines or changes its meaning; docs/archive.md describes them. */
const SCHEMA_VERSION = 1;

const CONTRACTS_PER_READ = 100;

/**
 * Writes a batch's contracts as one object. The object is named for its batch and its content: a second run writes the
 * same object, or, where a contract has changed, another one, and never a different content under the same name.
 *
 * @returns how many contracts it holds; 0 where none is left, or another process was faster.
 */
export async function writeBatch(
  db: Database,
  archive: ArchiveStore,
  batch: ArchiveBatch,
  signal: AbortSignal | undefined,
): Promise<number> {
  const read: { lines: Omit<ArchiveLine, 'line'>[]; isOpen: boolean } = { lines: [], isOpen: true };

  async function* readLines() {
    for (let start = 0; start < batch.contract_ids.length; start += CONTRACTS_PER_READ) {
      signal?.throwIfAborted();
      const ids = batch.contract_ids.slice(start, start + CONTRACTS_PER_READ);
      const found = await readArchiveLines(db, batch.batch_id, ids);
      if (found === null) {
        read.isOpen = false;
        return;
      }
      for (const { line, ...rest } of found) {
        read.lines.push(rest);
        yield line;
      }
    }
  }

  const { bytes, digest } = await packLines(readLines());
  if (!read.isOpen) {
    return 0;
  }
  if (digest.count === 0) {
    await dropBatch(db, batch.batch_id);
    return 0;
  }
  const object: ArchivedObject = {
    archive_url: archive.url,
    object_name: nameObject(batch, digest.sha256),
    sha256: digest.sha256,
    bytes: digest.bytes,
    contract_count: digest.count,
  };
  await archive.write(object.object_name, bytes, signal);
  await markBatchWritten(db, batch.batch_id, object, read.lines);
  return digest.count;
}

/**
 * Reads back what was written, adds the manifest that makes it a part of the archive, and reads that back too. What is
 * not as it should be is written again by the next run.
 *
 * @throws ArchiveError
 */
export async function verifyBatch(
  db: Database,
  archive: ArchiveStore,
  batch: ArchiveBatch,
  object: ArchivedObject,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!(await isIntact(archive, object, signal))) {
    await reopenBatch(db, batch.batch_id);
    throw new ArchiveError(
      `${archive.url}/${object.object_name} is not what was written there. Its contracts stay; the next run archives them again.`,
    );
  }
  const manifest = Buffer.from(describeObject(batch, object));
  const name = object.object_name.replace(/\.ndjson\.gz$/, '.manifest.json');
  await archive.write(name, manifest, signal);
  if (!manifest.equals(await readWhole(archive, name, manifest.length, signal))) {
    throw new ArchiveError(
      `${archive.url}/${name} is not what was written there. The contracts that it is about stay; the next run tries again.`,
    );
  }
  await markBatchVerified(db, batch.batch_id, object.object_name);
}

async function isIntact(archive: ArchiveStore, object: ArchivedObject, signal: AbortSignal | undefined) {
  const pieces = await archive.read(object.object_name, signal);
  if (pieces === null) {
    return false;
  }
  const { sha256, bytes, count } = await digestPacked(pieces);
  return sha256 === object.sha256 && bytes === object.bytes && count === object.contract_count;
}

async function readWhole(
  archive: ArchiveStore,
  name: string,
  expectedLength: number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of (await archive.read(name, signal)) ?? []) {
    pieces.push(piece);
    length += piece.length;
    if (length > expectedLength) {
      break;
    }
  }
  return Buffer.concat(pieces);
}

function nameObject({ batch_id, created_at }: ArchiveBatch, sha256: string): string {
  const day = created_at.toISOString().slice(0, 10).replaceAll('-', '/');
  return `contracts/${day}/${String(batch_id).padStart(9, '0')}-${sha256.slice(0, 16)}.ndjson.gz`;
}

/** The same for the same object, whoever writes it. */
function describeObject(batch: ArchiveBatch, object: ArchivedObject): string {
  const manifest = {
    schema_version: SCHEMA_VERSION,
    object: object.object_name,
    batch_id: batch.batch_id,
    created_at: batch.created_at,
    count: object.contract_count,
    first_contract_id: batch.contract_ids.at(0),
    last_contract_id: batch.contract_ids.at(-1),
    sha256: object.sha256,
    bytes: object.bytes,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
