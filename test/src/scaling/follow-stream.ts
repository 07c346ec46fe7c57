import { EventStream, type StreamedEvent } from '../api/event-stream.js';
import { waitUntil } from '../setup/wait-until.js';

const PATH = '/api/v1/contracts/stream';
const MAX_MS = 600_000;

export interface FollowedStream {
  /** All events so far. */
  readonly events: readonly StreamedEvent[];
  /** How often it was ended, and went on from its last event. */
  readonly resumptions: number;
  /** What a browser would not have come back from, or not without a loss. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Reads events as an EventSource does: a stream that ends is opened again, with its last event's id. */
export async function followStream(url: string): Promise<FollowedStream> {
  const streams: EventStream[] = [];
  const ending = new AbortController();

  async function open(lastEventId: string): Promise<EventStream> {
    const stream = await EventStream.open(
      url,
      PATH,
      lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId },
    );
    streams.push(stream);
    return stream;
  }

  async function follow(first: EventStream): Promise<void> {
    for (let stream = first; ; stream = await open(stream.lastEventId || lastId())) {
      const over = ending.signal;
      await waitUntil(() => stream.isOver || over.aborted, { what: 'the stream ends', timeoutMs: MAX_MS });
      if (over.aborted) {
        return;
      }
    }
  }

  const lastId = () => streams.findLast(({ lastEventId }) => lastEventId !== '')?.lastEventId ?? '';
  const events = () => streams.flatMap((stream) => stream.events);
  const following = follow(await (await open('')).live());
  return {
    get events() {
      return events();
    },
    get resumptions() {
      return streams.length - 1;
    },
    get problems() {
      return [
        ...streams
          .filter(({ response }) => response.statusCode !== 200)
          .map(({ response }) => `a stream was answered ${String(response.statusCode)}`),
        ...streams
          .slice(0, -1)
          .filter(({ response }) => !response.complete)
          .map(() => 'a stream was cut, not ended'),
        ...events()
          .filter(({ event }) => event === 'reset')
          .map(() => 'a stream began anew'),
      ];
    },
    async close() {
      ending.abort();
      await following;
      streams.at(-1)?.close();
    },
  };
}
