import type { ArchiveAddress } from './archive-address.js';
import type { ArchiveStore } from './archive-store.js';
import { createFileStore } from './file-store.js';
import { createS3Store, type S3Access } from './s3-store.js';

/** Where to archive, and for a bucket how to reach it. */
export type ArchivePlace =
  | Extract<ArchiveAddress, { kind: 'file' }>
  | (Extract<ArchiveAddress, { kind: 's3' }> & { readonly access: S3Access });

/** Nothing is opened before the first object is written or read. */
export function createArchiveStore(place: ArchivePlace): ArchiveStore {
  return place.kind === 'file'
    ? createFileStore(place.url, place.directory)
    : createS3Store(place, place.access);
}
