import { defineConfig } from 'prisma/config';

// The CLI looks for its native schema engine even to generate a client, and downloads it where it is missing.
// Generating is WebAssembly and never runs that binary, so any executable file will do
// (docs/decisions/migrations-without-a-native-engine.md).
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
