import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { EVERY_VARIABLE, readExample } from './env-example.js';

const ROOT = new URL('../../../', import.meta.url);
const example = readExample(await readFile(new URL('.env.example', ROOT), 'utf8'));
const compose = await readFile(new URL('docker/compose.yaml', ROOT), 'utf8');
/** What docker/compose.yaml alone reads. */
const ofCompose = new Set([...compose.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));

test('.env.example tells every variable once, and none that nobody reads', () => {
  const names = example.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  const unknown = names.filter((name) => !(name in EVERY_VARIABLE) && !ofCompose.has(name));
  expect(unknown).toEqual([]);
  expect(Object.keys(EVERY_VARIABLE).filter((name) => !names.includes(name))).toEqual([]);
});

test('.env.example sets no secret, and its values are those that the apps take', () => {
  expect(example.filter(({ isSet, value }) => isSet && value !== '')).toEqual([]);
  const refused = example.filter(
    ({ name, value }) => value !== '' && EVERY_VARIABLE[name]?.safeParse(value).success === false,
  );
  expect(refused).toEqual([]);
});

test('.env.example gives the defaults that the apps have', () => {
  const told = example.filter(({ value }) => value !== '');
  for (const { name, value } of told) {
    const schema = EVERY_VARIABLE[name];
    const byDefault = schema?.safeParse(undefined);
    if (byDefault?.success && byDefault.data !== undefined && name !== 'CORS_ORIGINS') {
      expect([name, schema?.parse(value)]).toEqual([name, byDefault.data]);
    }
  }
});
