import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { withEnvironmentTable } from './environment-table.js';

test('the table of variables in the README is the one that the schemas give', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  expect(readme).toBe(withEnvironmentTable(readme));
});
