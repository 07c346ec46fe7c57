import { readFile, writeFile } from 'node:fs/promises';
import { withEnvironmentTable } from './environment-table.js';

const README = new URL('../../../README.md', import.meta.url);

await writeFile(README, withEnvironmentTable(await readFile(README, 'utf8')));
