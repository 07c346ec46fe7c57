import { startEmbeddedPostgres } from '@hangar-bay/embedded-postgres';

// A launcher for the tests to kill: tells that the server runs, and then waits for the end.
const { url } = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', settings: { fsync: 'off' } });
process.send?.(url);
