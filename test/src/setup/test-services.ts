/** Where the services of a test run listen. */
export interface TestServices {
  /** The maintenance database of the throwaway PostgreSQL. */
  adminUrl: string;
  /** Without a database number; absent where Redis is not installed. */
  redisUrl?: string;
  /** A browser; absent where none is installed. */
  chromiumPath?: string;
  /** A proxy; absent where none is installed. */
  nginxPath?: string;
}

/** The name of the migrated database that test databases are cloned from. */
export const TEMPLATE_DATABASE = 'hangar_bay_template';

/** The services that jest's global setup started. */
export function testServices(): TestServices {
  const json = process.env['HANGAR_BAY_TEST_SERVICES'];
  if (json === undefined) {
    throw new Error(
      'The services of the tests are not running. Run the tests with "npx pnpm@12 test [path]".',
    );
  }
  return JSON.parse(json) as TestServices;
}
