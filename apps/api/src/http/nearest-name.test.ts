import { expect, test } from '@jest/globals';
import { nearestName } from './nearest-name.js';

const NAMES = [
  'region_id',
  'type',
  'ship_type_id',
  'min_price',
  'max_price',
  'q',
  'status',
  'sort',
  'limit',
  'cursor',
  'page',
];

test.each([
  ['regionid', 'region_id'],
  ['region', 'region_id'],
  ['Region_Id', 'region_id'],
  ['priceMin', 'min_price'],
  ['ship', 'ship_type_id'],
  ['sortby', 'sort'],
  ['curser', 'cursor'],
  ['p', 'q'],
])('%s looks most like %s', (text, expected) => {
  expect(nearestName(text, NAMES)).toBe(expected);
});

test('nothing looks like anything where there is nothing', () => {
  expect(nearestName('x', [])).toBeUndefined();
});
