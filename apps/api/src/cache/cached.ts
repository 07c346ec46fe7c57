import type { Request, RequestHandler, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { ApiContext } from '../context.js';
import { acceptedEncoding } from './accepted-encoding.js';
import type { Answer, Question } from './answers.js';
import { canonicalKey } from './canonical-key.js';
import { entityTag, matchesTag } from './entity-tag.js';
import { markStale } from './stale.js';

/** What a route asks for, once it has read the request. */
export interface CachedQuestion extends Omit<Question, 'key'> {
  /** Of the route. */
  readonly name: string;
  /** All that the answer depends on beside the data. */
  readonly parameters: object;
}

/** Smaller bodies gain nothing. */
const MIN_COMPRESSED_BYTES = 1_024;
const SHORTEST_LIFETIME_SECONDS = 1;
/** Of one route; a URL has 8 KB at the most. */
const MAX_QUESTIONS = 1_000;

/**
 * Handles GET and HEAD of a route whose answer follows from the request and the data alone: from the cache where it is
 * there, with validators, and compressed.
 *
 * `read` checks the request by its URL and nothing else, and throws the Problem where it is wrong.
 */
export function cached(
  { answers, version }: Pick<ApiContext, 'answers' | 'version'>,
  read: (request: Request) => CachedQuestion,
): RequestHandler {
  // Reading and checking a query takes longer than finding its answer, and follows from the URL alone.
  const questions = new LRUCache<string, Question>({ max: MAX_QUESTIONS });

  function ask(request: Request): Question {
    const url = request.originalUrl;
    const known = questions.get(url);
    if (known !== undefined) {
      return known;
    }
    const { name, parameters, ...rest } = read(request);
    const question = { ...rest, key: canonicalKey(name, parameters) };
    questions.set(url, question);
    return question;
  }

  return async (request, response) => {
    const question = ask(request);
    const answer = await answers.get(question);
    const lifetimeMs = Math.min(version.changesInMs(), question.maxAgeMs ?? Infinity);
    await sendAnswer(request, response, answer, lifetimeMs);
  };
}

async function sendAnswer(
  request: Request,
  response: Response,
  answer: Answer,
  lifetimeMs: number,
): Promise<void> {
  const isLarge = answer.body.length >= MIN_COMPRESSED_BYTES;
  const encoding = isLarge ? acceptedEncoding(request.headers['accept-encoding']) : null;
  const tag = entityTag(answer.hash, encoding);
  const isKnown = matchesTag(request.headers['if-none-match'], tag);
  const body = encoding === null || isKnown ? answer.body : await answer.encoded(encoding);
  if (response.headersSent) {
    // The deadline was faster.
    return;
  }
  const seconds = Math.max(SHORTEST_LIFETIME_SECONDS, Math.floor(lifetimeMs / 1000));
  response.setHeader('ETag', tag);
  response.setHeader('Cache-Control', `public, max-age=${seconds}`);
  response.vary('Accept-Encoding');
  if (answer.lastModified !== null) {
    response.setHeader('Last-Modified', answer.lastModified.toUTCString());
  }
  if (answer.staleMs !== undefined) {
    markStale(response, answer.staleMs);
  }
  if (isKnown) {
    response.status(304).end();
    return;
  }
  if (encoding !== null) {
    response.setHeader('Content-Encoding', encoding);
  }
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', body.length);
  response.status(200).end(body);
}
