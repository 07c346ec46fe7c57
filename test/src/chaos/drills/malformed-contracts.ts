import { waitUntil } from '../../setup/wait-until.js';
import { requireNone, type Drill } from '../drill.js';
import { requireRecovery } from '../recover.js';
import { startSpoilingProxy, type SpoilingProxy } from '../spoiling-proxy.js';

const EVERY = 50;

/** One contract in fifty cannot be read: the others go in, and those too when ESI has come to its senses. */
export const malformedContracts: Drill = {
  name: 'esi-malformed-contracts',
  backends: ['PostgreSQL'],
  timeoutMs: 240_000,
  async run({ open, injected, counted }) {
    let proxy: SpoilingProxy | undefined;
    const stage = await open({
      async standBefore(sandboxUrl) {
        proxy = await startSpoilingProxy(sandboxUrl, EVERY);
        return proxy;
      },
    });
    const spoiled = () => proxy?.spoiled() ?? 0;
    await stage.workers.startAll(1);
    await stage.settle();
    injected['spoiled rows'] = spoiled();
    await waitUntil(async () => (await stage.count('dead_letters')) === spoiled(), {
      what: 'each spoiled row is in the dead letter',
    });
    const differences = await stage.differences();
    const others = differences.filter((line) => !/^contract \d+ is missing$/.test(line));
    requireNone(differences.length > spoiled() ? differences : others);
    counted['contracts left out meanwhile'] = differences.length;

    await stage.moveOn();
    await stage.settle();
    injected['spoiled rows'] = spoiled();
    proxy?.relent();
    await requireRecovery(stage);
    const left =
      await stage.query(`SELECT id, error FROM dead_letters WHERE queue = 'region-sweep' AND contract_id IN
      (SELECT contract_id FROM contracts WHERE gone_at IS NULL)`);
    requireNone(left.map((letter) => `a dead letter is left: ${JSON.stringify(letter)}`));
  },
};
