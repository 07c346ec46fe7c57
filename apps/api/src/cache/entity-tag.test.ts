import { expect, test } from '@jest/globals';
import { entityTag, hashBody, matchesTag } from './entity-tag.js';

const hash = hashBody(Buffer.from('body'));
const tag = entityTag(hash, 'br');

test('each encoding of a body has a tag of its own', () => {
  expect(new Set([tag, entityTag(hash, 'gzip'), entityTag(hash, null)]).size).toBe(3);
});

test.each([
  [tag, true],
  [`W/${tag}`, true],
  [`"a,b", ${tag}`, true],
  [`"other",W/"x" , ${tag}`, true],
  ['*', true],
  [' * ', true],
  [undefined, false],
  ['', false],
  ['"other"', false],
  [hash, false],
  [`"a ${tag.slice(1)}`, false],
])('If-None-Match %j', (header, matches) => {
  expect(matchesTag(header, tag)).toBe(matches);
});
