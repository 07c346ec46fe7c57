import { runSql } from './run-sql.js';
import { withDatabase } from './with-database.js';

/**
 * Copies a database with the settings that its migrations gave it, which `CREATE DATABASE … TEMPLATE` leaves behind.
 *
 * @returns the URL of the copy.
 */
export async function copyDatabase(
  adminUrl: string,
  { from, to, options = '' }: { readonly from: string; readonly to: string; readonly options?: string },
): Promise<string> {
  await runSql(adminUrl, `CREATE DATABASE ${to} TEMPLATE ${from} ${options}`);
  await runSql(
    adminUrl,
    `DO $$
     DECLARE
       setting text;
     BEGIN
       FOR setting IN
         SELECT unnest(setconfig) FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
          WHERE datname = '${from}' AND setrole = 0
       LOOP
         EXECUTE format('ALTER DATABASE ${to} SET %I = %L', split_part(setting, '=', 1), split_part(setting, '=', 2));
       END LOOP;
     END $$`,
  );
  return withDatabase(adminUrl, to);
}
