import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from } from 'pg-copy-streams';

/** Larger pieces save system calls. */
const PIECE = 64 * 1024;

/** Sends lines of COPY's text format. `target`: a table with its columns in brackets. */
export async function copyInto(client: Client, target: string, lines: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(inPieces(lines)), client.query(from(`COPY ${target} FROM STDIN`)));
}

function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const each of lines) {
    piece += each;
    if (piece.length >= PIECE) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}
