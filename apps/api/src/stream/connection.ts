import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** What waits here for a reader when the next batch comes; with more the reader is too slow. */
const MAX_BUFFERED_BYTES = 512 * 1024;
/** A reader that catches up is given this long to take a batch. */
const PATIENCE_MS = 30_000;

export type CloseReason = 'client' | 'slow' | 'failed' | 'switched_off' | 'stopping';

/** One open stream. */
export interface Connection {
  /** Sends without waiting. A reader that has not taken what was sent before is dropped. */
  send(frames: Buffer | string): void;
  /** Sends, and waits until the reader has taken it or the stream is over. */
  sendAndWait(frames: string): Promise<void>;
  /** Ends the stream; the client connects again and goes on from its last event. */
  end(reason: CloseReason): void;
  readonly isOpen: () => boolean;
}

/** Writes to a response whose headers are sent. `onClose` is called once. */
export function createConnection(
  response: ServerResponse,
  onClose: (reason: CloseReason) => void,
): Connection {
  let reason: CloseReason | null = null;
  const over = new AbortController();
  const close = (why: CloseReason) => {
    if (reason === null) {
      reason = why;
      over.abort();
      onClose(why);
    }
  };
  response.on('close', () => close('client'));

  function drop(): void {
    close('slow');
    response.destroy();
  }

  return {
    isOpen: () => reason === null,

    send(frames) {
      if (reason !== null) {
        return;
      }
      if (response.writableLength > MAX_BUFFERED_BYTES) {
        drop();
        return;
      }
      response.write(frames);
    },

    async sendAndWait(frames) {
      if (reason === null && frames !== '' && !response.write(frames)) {
        try {
          await once(response, 'drain', {
            signal: AbortSignal.any([over.signal, AbortSignal.timeout(PATIENCE_MS)]),
          });
        } catch {
          drop();
        }
      }
    },

    end(why) {
      close(why);
      response.end();
    },
  };
}
