import { AsyncLocalStorage } from 'node:async_hooks';
import { LRUCache } from 'lru-cache';
import type { Database } from '@hangar-bay/database';
import type { ApiMetrics } from '../metrics.js';
import { troubleOf } from '../queries/database-problem.js';
import type { Reads } from '../reads/reads.js';
import { createAnswer, type Answer, type KeptAnswer } from './answer.js';
import type { DataVersion } from './data-version.js';
import { hashBody } from './entity-tag.js';
import { RENEWED_WITHIN_MS } from './handover.js';
import { staleForMs, type KeptSince } from './stale.js';

/** What is asked for, and how it is had. */
export interface Question {
  /** From canonicalKey. */
  readonly key: string;
  /** A value that JSON can hold, or its JSON as text or bytes, from the database that it is given. @throws Problem, which is not kept. */
  readonly produce: (db: Database) => Promise<object | string>;
  /** For what also changes without a version: how old it may become. Milliseconds. */
  readonly maxAgeMs?: number;
}

export interface Answers {
  get(question: Question): Promise<Answer>;
  /** Whether anything is kept that would be given while no database answers. */
  holdsAny(): boolean;
}

interface Kept extends KeptSince {
  readonly question: Question;
  readonly answer: KeptAnswer;
  /** To read it, in milliseconds. */
  readonly tookMs: number;
  /** When somebody last came back to the question, by the monotonic clock. */
  askedAt: number;
}

interface Flight {
  readonly version: number;
  readonly startedAt: number;
  readonly answer: Promise<KeptAnswer>;
}

export interface AnswersOptions {
  /** Of bodies and their compressed forms. 0: nothing is kept. */
  readonly maxBytes: number;
  readonly version: DataVersion;
  readonly reads: Reads;
  readonly metrics: ApiMetrics;
}

/** What an entry takes beside its bodies, roughly. */
const ENTRY_BYTES = 1_000;
/**
 * Questions that are answered anew as soon as there is a new version: of those that had a kept answer, the ones asked
 * last, within so many milliseconds, and not those that hold up the others.
 */
const RENEWED_AT_MOST = 16;
const ASKED_LATELY_MS = 1_000;
const RENEWED_UP_TO_MS = RENEWED_WITHIN_MS / 2;

/**
 * Answers that were given before, as long as their version is the current one. Of equal questions at the same time one
 * is worked on. What was asked of late is read anew as soon as there is a new version, and the one before counts
 * meanwhile: else who asks first after each change would wait. An answer of an older version stays until it is replaced
 * or the space is needed: otherwise it is given only while no database answers, and its compressed forms are reused where
 * the new body is the same.
 */
export function createAnswers({ maxBytes, version, reads, metrics }: AnswersOptions): Answers {
  const kept = maxBytes === 0 ? null : new LRUCache<string, Kept>({ maxSize: maxBytes });
  const flights = new Map<string, Flight>();
  let isRenewing = false;
  const count = (result: 'hit' | 'joined' | 'miss' | 'bypassed' | 'stale') =>
    metrics.cacheRequests.inc({ result });

  function keep(key: string, entry: Kept): void {
    kept?.set(key, entry, { size: ENTRY_BYTES + 2 * key.length + entry.answer.bytes() });
    metrics.cacheBytes.set(kept?.calculatedSize ?? 0);
  }

  function serialize(key: string, value: object | string): KeptAnswer {
    const body = Buffer.isBuffer(value)
      ? value
      : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    const bodyHash = hashBody(body);
    const before = kept?.peek(key)?.answer;
    return before?.hash === bodyHash
      ? before
      : createAnswer(body, bodyHash, version.changedAt(), () => resize(key));
  }

  async function produceCurrent({ key, produce }: Question): Promise<KeptAnswer> {
    const { value } = await reads.read(true, produce);
    return serialize(key, value);
  }

  /** While the version is not known. */
  async function produceUnconfirmed({ key, produce }: Question): Promise<Answer> {
    const { value, isCurrent } = await reads.read(false, produce);
    const answer = serialize(key, value);
    return isCurrent ? answer : { ...answer, staleMs: version.known()?.agoMs ?? 0 };
  }

  /** A compressed form has come to it. */
  function resize(key: string): void {
    const entry = kept?.peek(key);
    if (entry !== undefined) {
      keep(key, entry);
    }
  }

  async function takeOff(question: Question, at: number): Promise<KeptAnswer> {
    const { key } = question;
    const startedAt = performance.now();
    const flight = { version: at, startedAt, answer: produceCurrent(question) };
    flights.set(key, flight);
    try {
      const answer = await flight.answer;
      if ((kept?.peek(key)?.version ?? -1) <= at) {
        const endsWithVersion = question.maxAgeMs === undefined;
        const tookMs = performance.now() - startedAt;
        const askedAt = kept?.peek(key)?.askedAt ?? -Infinity;
        keep(key, { question, answer, version: at, producedAt: startedAt, endsWithVersion, tookMs, askedAt });
      }
      return answer;
    } finally {
      if (flights.get(key) === flight) {
        flights.delete(key);
      }
    }
  }

  /** The last ones first. */
  function findAskedLately(): Question[] {
    const since = performance.now() - ASKED_LATELY_MS;
    const found: Question[] = [];
    for (const { question, askedAt, producedAt, tookMs } of kept?.values() ?? []) {
      // They come in the order in which they were last given or replaced.
      if (found.length === RENEWED_AT_MOST || Math.max(askedAt, producedAt + tookMs) < since) {
        break;
      }
      if (askedAt >= since && tookMs <= RENEWED_UP_TO_MS) {
        found.push(question);
      }
    }
    return found;
  }

  /** One after another, and only while the version before still counts: whoever asks then has it read. */
  async function renew(at: number): Promise<void> {
    if (isRenewing) {
      // One read of the version before is still under way.
      return;
    }
    isRenewing = true;
    for (const question of findAskedLately()) {
      if (!flights.has(question.key)) {
        // Where it fails, whoever asks for it next is told.
        await takeOff(question, at).then(
          () => metrics.cacheRenewals.inc(),
          () => undefined,
        );
      }
      if (version.current() !== at || version.replaced() === null) {
        break;
      }
    }
    isRenewing = false;
  }

  /** Not asked for where the primary would not tell: nobody waits for that. */
  const confirmVersion = () => (reads.isPrimaryAway() ? null : version.confirm());

  async function find(question: Question): Promise<Answer> {
    const { key, maxAgeMs = Infinity } = question;
    const at = kept === null ? null : (version.current() ?? (await confirmVersion()));
    if (at === null) {
      count('bypassed');
      return produceUnconfirmed(question);
    }
    const now = performance.now();
    const oldest = now - maxAgeMs;
    const entry = kept?.get(key);
    if (entry !== undefined) {
      entry.askedAt = now;
    }
    const counts = entry !== undefined && (entry.version === at || entry.version === version.replaced());
    if (counts && entry.producedAt >= oldest) {
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
  }

  function findStale({ key }: Question): Answer | null {
    const entry = kept?.get(key);
    const staleMs = entry && staleForMs(entry, version.known());
    return entry === undefined || typeof staleMs !== 'number' ? null : { ...entry.answer, staleMs };
  }

  // Of no request, though one may have asked for the look that found the change.
  const apart = AsyncLocalStorage.snapshot();
  version.useRenewal((at) => apart(() => renew(at)));

  return {
    async get(question) {
      try {
        return await find(question);
      } catch (error) {
        const stale = troubleOf(error) === null ? null : findStale(question);
        if (stale === null) {
          throw error;
        }
        count('stale');
        return stale;
      }
    },

    holdsAny() {
      const known = version.known();
      return [...(kept?.values() ?? [])].some((entry) => staleForMs(entry, known) !== null);
    },
  };
}
