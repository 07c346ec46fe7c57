import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { digestPacked, packLines } from './packed-lines.js';

const each = (...things: (string | Uint8Array)[]) => Readable.from(things);

describe('packed lines', () => {
  test('are the lines, each with its end', async () => {
    const { bytes, digest } = await packLines(each('{"a":1}', '{"b":2}'));
    expect(gunzipSync(bytes).toString()).toBe('{"a":1}\n{"b":2}\n');
    expect(digest).toMatchObject({ count: 2, bytes: bytes.length });
  });

  test('are the same bytes each time', async () => {
    const [first, second] = await Promise.all([packLines(each('a', 'b')), packLines(each('a', 'b'))]);
    expect(first).toEqual(second);
  });

  test('are as long as they have to be', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => String(index).repeat(2_000));
    const { bytes, digest } = await packLines(each(...lines));
    expect(gunzipSync(bytes).toString()).toBe(`${lines.join('\n')}\n`);
    expect(await digestPacked(each(bytes.subarray(0, 7), bytes.subarray(7)))).toEqual(digest);
  });

  test('end with the error of what gives the lines', async () => {
    function* failing() {
      yield 'a';
      throw new Error('no more');
    }
    await expect(packLines(Readable.from(failing()))).rejects.toThrow('no more');
  });
});

describe('an object that is read back', () => {
  test.each([
    ['no gzip', Buffer.from('junk')],
    ['cut', gzipSync('a\nb\n').subarray(0, -3)],
    ['empty', Buffer.alloc(0)],
    ['without its last line feed', gzipSync('a\nb')],
  ])('has no count when it is %s', async (_what, bytes) => {
    expect((await digestPacked(each(bytes))).count).toBeNull();
  });

  test('fails with the error of what reads it', async () => {
    function* failing() {
      yield gzipSync('a\n').subarray(0, 5);
      throw new Error('connection lost');
    }
    await expect(digestPacked(Readable.from(failing()))).rejects.toThrow('connection lost');
  });
});
