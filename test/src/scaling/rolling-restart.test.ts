import { describe, expect, test } from '@jest/globals';
import { testQueueUrls } from '../setup/test-queues.js';
import { testServices } from '../setup/test-services.js';
import { restartAll } from './rolling-restart.js';

const { nginxPath } = testServices();

if (nginxPath !== undefined) {
  describe('behind the proxy of docker/compose.yaml', () => {
    // More of it: `pnpm scaling`.
    test.each(testQueueUrls().slice(-1))(
      'every worker and every API is replaced under load: nothing is lost, no request is cut, no event is missed',
      async ({ open: openQueue }) => {
        const { load, resumptions, problems } = await restartAll({
          ...{ nginxPath, openQueue, contracts: 200, rounds: 1, clients: 3 },
        });
        expect(problems).toEqual([]);
        expect(load.requests).toBeGreaterThan(100);
        // The instance that the stream was at was replaced.
        expect(resumptions).toBeGreaterThan(0);
      },
      120_000,
    );
  });
}
