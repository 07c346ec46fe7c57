import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { gatherLines } from './gather-lines.js';

let written: string[];

const output = { write: (text: string) => written.push(text) > 0 };

beforeEach(() => {
  written = [];
});

test('lines of one turn are written at once, in their order', async () => {
  const write = gatherLines(output);
  write('first\n', false);
  write('second\n', false);
  expect(written).toEqual([]);
  await turn();
  write('third\n', false);
  await turn();
  expect(written).toEqual(['first\nsecond\n', 'third\n']);
});

test('an urgent line is written at once, with those before it', async () => {
  const write = gatherLines(output);
  write('before\n', false);
  write('urgent\n', true);
  expect(written).toEqual(['before\nurgent\n']);
  await turn();
  expect(written).toHaveLength(1);
});

test('it leaves no listener behind', async () => {
  const before = process.listenerCount('exit');
  const write = gatherLines(output);
  write('line\n', false);
  await turn();
  expect(process.listenerCount('exit')).toBe(before);
});

test.each([
  ['process.exit', 'process.exit(3)'],
  ['an uncaught error', 'throw new Error("uncaught")'],
])('nothing is lost where %s ends the process', async (_how, end) => {
  const module = new URL('./gather-lines.ts', import.meta.url).href;
  const program = `import { gatherLines } from ${JSON.stringify(module)};
    const write = gatherLines(process.stdout);
    write('first\\n', false);
    write('last\\n', false);
    ${end};`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(output).toBe('first\nlast\n');
});
