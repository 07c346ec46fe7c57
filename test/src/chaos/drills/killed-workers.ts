import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../drill.js';
import { createRandom } from '../random.js';
import { requireRecovery } from '../recover.js';

const MAX_LIFE_MS = 1_000;
const KILLS_PER_GENERATION = 5;

/** A worker dies at a random moment, again and again, while ESI's lists change; the next one is ready to take over. */
export function killWorkers(name: string, kills: number, timeoutMs: number): Drill {
  return {
    name,
    backends: ['PostgreSQL', 'Redis'],
    timeoutMs,
    async run({ open, injected, seed }) {
      const random = createRandom(seed);
      const stage = await open({ latencyMs: 5 });
      let next = stage.workers.start();
      for (let kill = 0; kill < kills; kill += 1) {
        const worker = next;
        await worker.started;
        next = stage.workers.start();
        await sleep(random() * MAX_LIFE_MS);
        await worker.kill();
        injected['SIGKILL'] = kill + 1;
        if ((kill + 1) % KILLS_PER_GENERATION === 0) {
          await stage.moveOn();
        }
      }
      await requireRecovery(stage);
    },
  };
}
