import { setTimeout as wait } from 'node:timers/promises';
import { createChangeListener } from '@hangar-bay/database';
import type { Logger } from '@hangar-bay/runtime';
import type { ApiMetrics } from '../metrics.js';
import { createDataVersion, type DataVersion } from './data-version.js';

const START_PATIENCE_MS = 1_000;

export interface DataWatch {
  readonly version: DataVersion;
  /** Connects. Resolves after the first look, or soon where there is none: the API works without, past the cache. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface DataWatchOptions {
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly metrics: ApiMetrics;
}

/** Follows what changes in the database, over one connection of its own. */
export function watchData({ databaseUrl, logger, metrics }: DataWatchOptions): DataWatch {
  // One line when it begins to fail, and one when it is well again, however often it is tried in between.
  let isFailing = false;
  const note = (error: unknown) => {
    if (!isFailing) {
      isFailing = true;
      logger.warn('changes of the data are not seen; answers are not cached', { error });
    }
  };
  const listener = createChangeListener({
    url: databaseUrl,
    applicationName: 'hangar-bay-api-changes',
    onChange: () => version.noteChange(),
    onConnection(connected, error) {
      metrics.changeListenerConnected.set(connected ? 1 : 0);
      if (!connected) {
        note(error);
      }
      version.noteConnection(connected);
    },
  });
  const version = createDataVersion(listener, note);
  const firstLook = new Promise<void>((resolve) => version.onLook(() => resolve()));
  version.onLook(() => {
    if (isFailing) {
      isFailing = false;
      logger.info('changes of the data are seen again');
    }
  });
  return {
    version,

    async start() {
      listener.start();
      await Promise.race([firstLook, wait(START_PATIENCE_MS, undefined, { ref: false })]);
    },

    async close() {
      version.stop();
      await listener.close();
    },
  };
}
