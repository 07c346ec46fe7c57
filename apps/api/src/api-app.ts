import { ExitError, type App } from '@hangar-bay/runtime';
import type { ApiConfig } from './config.js';
import { createContext, type ApiOverrides } from './context.js';
import { createReadiness } from './health/readiness.js';
import { createHttpServer } from './http/http-server.js';
import { createRequestListener } from './http/request-listener.js';
import { requireMigratedDatabase } from './queries/require-migrated-database.js';

export interface ApiApp extends App {
  /** Resolves when requests are answered. @throws ExitError where the database or the port is not usable. */
  start(): Promise<{ readonly url: string }>;
  /**
   * Is unready, answers on until balancers have noticed, stops listening, lets running requests end, and closes what it
   * opened. Safe without a start.
   */
  stop(): Promise<void>;
}

export function createApiApp(config: ApiConfig, overrides: ApiOverrides = {}): ApiApp {
  const context = createContext(config, overrides);
  const { db, replica, logger, producer, rateLimiter, dataWatch, streams } = context;
  const readiness = createReadiness(context);
  const server = createHttpServer(createRequestListener(context, readiness));

  return {
    async start() {
      await context.telemetry.start();
      await requireMigratedDatabase(config.databaseUrl);
      await Promise.all([dataWatch.start(), context.connect()]);
      replica?.start();
      const url = await server.listen(config);
      logger.info('listening', { url });
      config.warnings.forEach((warning) => logger.warn(warning));
      if (config.operators.length === 0) {
        logger.warn('nobody can sign in: OPS_USERS is not set');
      }
      return { url };
    },

    async stop() {
      readiness.setStopping();
      await server.retire(config.drainSeconds * 1000);
      const deaf = server.close();
      // Only now: their clients come back at once, and would find this instance again. They keep the server from closing.
      streams.close();
      await deaf;
      await dataWatch.close();
      await rateLimiter.close();
      const closed = await Promise.allSettled([producer.close(), db.$disconnect(), replica?.close()]);
      await context.telemetry.stop();
      for (const result of closed) {
        if (result.status === 'rejected') {
          throw new ExitError('The API did not release its connections', 1, { cause: result.reason });
        }
      }
    },

    reportError: (error) => logger.error('uncaught error', { error }),
  };
}
