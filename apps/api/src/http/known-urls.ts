import type { IncomingMessage, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';

/** Answers GET and HEAD of one URL. @throws Problem, or what went wrong. */
export type AnswerUrl = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Who answers the URLs that were asked before: finding the route of a URL, and reading and checking its query, take
 * longer than finding a kept answer, and follow from the URL alone.
 */
export type KnownUrls = Pick<LRUCache<string, AnswerUrl>, 'get' | 'set'>;

/** A URL has 8 KB at the most. */
const MAX_URLS = 5_000;

export function createKnownUrls(): KnownUrls {
  return new LRUCache<string, AnswerUrl>({ max: MAX_URLS });
}
