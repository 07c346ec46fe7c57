import { beforeEach, expect, test } from '@jest/globals';
import { rememberNames } from './remember-names.js';

let asked: string[];

beforeEach(() => {
  asked = [];
});

function isLong(name: string): boolean {
  asked.push(name);
  return name.length > 100;
}

test('it is asked once for a short name, whatever it decided', () => {
  const isShort = rememberNames((name) => !isLong(name));
  const remembered = rememberNames(isLong);
  for (let index = 0; index < 3; index += 1) {
    expect([isShort('region_id'), remembered('page')]).toEqual([true, false]);
  }
  expect(asked).toEqual(['region_id', 'page']);
});

test('it keeps no long name', () => {
  const remembered = rememberNames(isLong);
  const name = 'x'.repeat(101);
  expect([remembered(name), remembered(name)]).toEqual([true, true]);
  expect(asked).toEqual([name, name]);
});

test('it keeps a thousand names at the most', () => {
  const remembered = rememberNames(isLong);
  for (let index = 0; index < 2_000; index += 1) {
    remembered(`name_${index % 1_001}`);
  }
  const again = asked.filter((name, index) => asked.indexOf(name) !== index);
  expect([...new Set(again)]).toEqual([]);
  remembered('name_1000');
  expect(asked.filter((name) => name === 'name_1000')).toHaveLength(2);
});

test('what one keeps, another does not know', () => {
  rememberNames(isLong)('page');
  rememberNames(isLong)('page');
  expect(asked).toEqual(['page', 'page']);
});
