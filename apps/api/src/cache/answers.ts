import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { ApiMetrics } from '../metrics.js';
import type { Encoding } from './accepted-encoding.js';
import type { DataVersion } from './data-version.js';
import { hashBody } from './entity-tag.js';

/** What is asked for, and how it is had. */
export interface Question {
  /** From canonicalKey. */
  readonly key: string;
  /** A value that JSON can hold. @throws Problem, which is not kept. */
  readonly produce: () => Promise<object>;
  /** For what also changes without a version: how old it may become. Milliseconds. */
  readonly maxAgeMs?: number;
}

/** A serialised answer. */
export interface Answer {
  readonly body: Buffer;
  /** Of the body, for its entity tags. */
  readonly hash: string;
  /** Null where it is not known. */
  readonly lastModified: Date | null;
  /** The body in another encoding; made once. */
  encoded(encoding: Encoding): Promise<Buffer>;
}

export interface Answers {
  get(question: Question): Promise<Answer>;
}

interface Kept {
  readonly answer: StoredAnswer;
  readonly version: number;
  readonly producedAt: number;
}

interface StoredAnswer extends Answer {
  readonly bytes: () => number;
}

interface Flight {
  readonly version: number;
  readonly startedAt: number;
  readonly answer: Promise<StoredAnswer>;
}

export interface AnswersOptions {
  /** Of bodies and their compressed forms. 0: nothing is kept. */
  readonly maxBytes: number;
  readonly version: DataVersion;
  readonly metrics: ApiMetrics;
}

/** What an entry takes beside its bodies, roughly. */
const ENTRY_BYTES = 1_000;
const compressors: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  br: (body) =>
    promisify(brotliCompress)(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body) => promisify(gzip)(body),
};

/**
 * Answers that were given before, as long as their version is the current one. Of equal questions at the same time one
 * is worked on. An answer of an older version stays until it is replaced or the space is needed: nothing serves it now,
 * but its compressed forms are reused where the new body is the same.
 */
export function createAnswers({ maxBytes, version, metrics }: AnswersOptions): Answers {
  const kept = maxBytes === 0 ? null : new LRUCache<string, Kept>({ maxSize: maxBytes });
  const flights = new Map<string, Flight>();
  const count = (result: 'hit' | 'joined' | 'miss' | 'bypassed') => metrics.cacheRequests.inc({ result });

  function keep(key: string, entry: Kept): void {
    kept?.set(key, entry, { size: ENTRY_BYTES + 2 * key.length + entry.answer.bytes() });
    metrics.cacheBytes.set(kept?.calculatedSize ?? 0);
  }

  async function produceAnswer(question: Question): Promise<StoredAnswer> {
    const body = Buffer.from(JSON.stringify(await question.produce()));
    const bodyHash = hashBody(body);
    const before = kept?.peek(question.key)?.answer;
    return before?.hash === bodyHash
      ? before
      : createAnswer(body, bodyHash, version.changedAt(), () => resize(question.key));
  }

  /** A compressed form has come to it. */
  function resize(key: string): void {
    const entry = kept?.peek(key);
    if (entry !== undefined) {
      keep(key, entry);
    }
  }

  async function takeOff(question: Question, at: number): Promise<StoredAnswer> {
    const { key } = question;
    const startedAt = performance.now();
    const flight = { version: at, startedAt, answer: produceAnswer(question) };
    flights.set(key, flight);
    try {
      const answer = await flight.answer;
      if ((kept?.peek(key)?.version ?? -1) <= at) {
        keep(key, { answer, version: at, producedAt: startedAt });
      }
      return answer;
    } finally {
      if (flights.get(key) === flight) {
        flights.delete(key);
      }
    }
  }

  return {
    async get(question) {
      const { key, maxAgeMs = Infinity } = question;
      const at = kept === null ? null : (version.current() ?? (await version.confirm()));
      if (at === null) {
        count('bypassed');
        return produceAnswer(question);
      }
      const oldest = performance.now() - maxAgeMs;
      const entry = kept?.get(key);
      if (entry?.version === at && entry.producedAt >= oldest) {
        count('hit');
        return entry.answer;
      }
      const flight = flights.get(key);
      if (flight?.version === at && flight.startedAt >= oldest) {
        count('joined');
        return flight.answer;
      }
      count('miss');
      return takeOff(question, at);
    },
  };
}

function createAnswer(
  body: Buffer,
  bodyHash: string,
  lastModified: Date | null,
  onGrown: () => void,
): StoredAnswer {
  const forms = new Map<Encoding, Promise<Buffer>>();
  let bytes = body.length;
  return {
    body,
    hash: bodyHash,
    lastModified,
    bytes: () => bytes,
    encoded(encoding) {
      const form = forms.get(encoding);
      if (form !== undefined) {
        return form;
      }
      const made = compressors[encoding](body).then((compressed) => {
        bytes += compressed.length;
        onGrown();
        return compressed;
      });
      forms.set(encoding, made);
      return made;
    },
  };
}
