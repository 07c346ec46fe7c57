import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCursorCodec } from './cursor.js';
import type { Start } from './keyset.js';

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const codec = createCursorCodec([newKey, oldKey]);
const scope = { list: 'ships', sort: 'price', filters: { region_id: [10000002, 10000043], q: undefined } };

const start: fc.Arbitrary<Start> = fc.record({
  direction: fc.constantFrom('after', 'before'),
  inclusive: fc.boolean(),
  position: fc.option(
    fc.record({
      value: fc.option(fc.string({ unit: 'grapheme' })),
      contract_id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    }),
  ),
});

describe('a cursor', () => {
  test('gives back what it was made of', () => {
    fc.assert(
      fc.property(start, (given) => expect(codec.decode(scope, codec.encode(scope, given))).toEqual(given)),
    );
  });

  test('is nothing once any character is changed', () => {
    fc.assert(
      fc.property(
        start,
        fc.nat(),
        fc.constantFrom('A', 'z', '-', '.', '=', ' '),
        (given, index, character) => {
          const cursor = codec.encode(scope, given);
          const at = index % cursor.length;
          fc.pre(cursor[at] !== character);
          expect(codec.decode(scope, cursor.slice(0, at) + character + cursor.slice(at + 1))).toBeNull();
        },
      ),
    );
  });

  test('cannot be made up', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => expect(codec.decode(scope, text)).toBeNull()),
    );
  });

  test('of an older key is good until that key is gone', () => {
    const position = { direction: 'after', position: null, inclusive: false } as const;
    const cursor = createCursorCodec([oldKey]).encode(scope, position);
    expect(codec.decode(scope, cursor)).toEqual(position);
    expect(createCursorCodec([newKey]).decode(scope, cursor)).toBeNull();
  });

  test.each([
    [{ ...scope, list: 'contracts' }],
    [{ ...scope, sort: '-price' }],
    [{ ...scope, filters: { region_id: [10000002] } }],
    [{ ...scope, filters: { ...scope.filters, q: 'rifter' } }],
  ])('belongs to its own query alone, not to %j', (other) => {
    const cursor = codec.encode(scope, { direction: 'after', position: null, inclusive: false });
    expect(codec.decode(other, cursor)).toBeNull();
  });

  test('does not mind the order of a list', () => {
    const cursor = codec.encode(scope, { direction: 'after', position: null, inclusive: false });
    const same = { ...scope, filters: { region_id: [10000043, 10000002, 10000002] } };
    expect(codec.decode(same, cursor)).not.toBeNull();
  });
});
