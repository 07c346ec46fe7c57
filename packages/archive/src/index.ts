export { parseArchiveUrl } from './archive-address.js';
export { ArchiveError, type ArchiveStore } from './archive-store.js';
export { createArchiveStore, type ArchivePlace } from './create-archive-store.js';
export { digestPacked, packLines, type Digest } from './packed-lines.js';
