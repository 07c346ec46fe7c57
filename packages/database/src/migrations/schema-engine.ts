import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

type SchemaEngine = bindings.SchemaEngine;

/**
 * Prisma's schema engine as WebAssembly, on the same driver as the client.
 *
 * The native engine that `prisma migrate deploy` runs is a download of its own, which a closed network does not have;
 * this one is an ordinary package (docs/decisions/migrations-without-a-native-engine.md).
 */
export async function withSchemaEngine<Result>(
  databaseUrl: string,
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  await loadWebAssembly();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(runScriptsWhole(new PrismaPg(pool)));
    const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } finally {
    await pool.end();
  }
}

/**
 * Prisma's adapter cuts a script at every semicolon, also within the body of a function. PostgreSQL takes it as a whole,
 * and then as one transaction.
 */
function runScriptsWhole(factory: PrismaPg): PrismaPg {
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const connection = await connect();
    connection.executeScript = async (script) => {
      await connection.executeRaw({ sql: script, args: [], argTypes: [] });
    };
    return connection;
  };
  return factory;
}

/** The part of the WebAssembly API that is used here; its types come with the DOM's, which Node's do not include. */
interface WebAssemblyApi {
  instantiate(
    bytes: Uint8Array,
    imports: object,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
}

let loading: Promise<void> | undefined;

function loadWebAssembly(): Promise<void> {
  loading ??= (async () => {
    const packageEntry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
    const bytes = await readFile(path.join(path.dirname(packageEntry), 'schema_engine_bg.wasm'));
    const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
    const imports = { './schema_engine_bg.js': { ...bindings, ...withoutHold(bindings) } };
    const { instance } = await WebAssembly.instantiate(bytes, imports);
    bindings.__wbg_set_wasm(instance.exports);
    (instance.exports['__wbindgen_start'] as () => void)();
  })();
  return loading;
}

/**
 * The engine starts a timer of 10 s for its lock and does not clear it. It must not keep the process from ending.
 * The binding's name ends in a hash of its own, so it is found by its beginning.
 */
function withoutHold(names: object): object {
  const timers = Object.keys(names).filter((name) => name.startsWith('__wbg_setTimeout_'));
  const start = (run: () => void, ms: number) => setTimeout(run, ms >>> 0).unref();
  return Object.fromEntries(timers.map((name) => [name, start]));
}
