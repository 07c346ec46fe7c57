import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { forkSource } from '../setup/fork-source.js';

const MAIN = new URL('./main.ts', import.meta.url);
const RUN_TIMEOUT_MS = 180_000;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hangar-bay-bench-test-'));
  // Where root runs the tests, PostgreSQL runs as another user.
  await chmod(directory, 0o711);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = forkSource(MAIN, args, {}, { silent: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, output };
}

test(
  'a run measures its subjects, writes what it found, and ends well whatever the figures are',
  async () => {
    const results = join(directory, 'results');
    const { code, output } = await run(
      ...['--only', 'B1,B2', '--quick', '--source', '--rounds', '1', '--seconds', '1'],
      ...['--data', join(directory, 'data'), '--results', results],
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    const files = (await readdir(results)).sort();
    expect(files.map((file) => file.slice(file.lastIndexOf('.')))).toEqual(['.json', '.md', '.svg']);
    const { rows, machine } = JSON.parse(await readFile(join(results, files[0] ?? ''), 'utf8')) as {
      rows: { subject: string; ratio: number; ours: number[]; limit: number[] }[];
      machine: { node: string };
    };
    expect(machine.node).toBe(process.version);
    expect(rows.map(({ subject }) => subject)).toEqual(['B1', 'B2', 'B2', 'B2']);
    for (const { ratio, ours, limit } of rows) {
      expect([...ours, ...limit].every((value) => value > 0)).toBe(true);
      expect(ratio).toBeCloseTo((ours[0] ?? NaN) / (limit[0] ?? NaN));
    }
    expect(await readFile(join(results, files[1] ?? ''), 'utf8')).toContain('| B1 |');
    expect(await readFile(join(results, files[2] ?? ''), 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/);
  },
  RUN_TIMEOUT_MS,
);

test('a subject that does not exist is refused', async () => {
  const { code, output } = await run('--only', 'B99');
  expect(code).toBe(1);
  expect(output).toContain('No such subject: B99');
});
