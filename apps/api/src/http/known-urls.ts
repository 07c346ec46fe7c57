import type { IncomingMessage, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';

/** Answers GET and HEAD of one URL. @throws Problem, or what went wrong. */
export type AnswerUrl = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Who answers the URLs that were asked before: finding the route of a URL, and reading and checking its query, take
 * longer than finding a kept answer, and follow from the URL alone.
 */
export interface KnownUrls {
  get(url: string): AnswerUrl | undefined;
  /** Not kept where it is a long one. */
  set(url: string, answer: AnswerUrl): void;
}

/** With what was read from it an entry takes several times the length of its URL: 20 MB at the most. */
const MAX_URLS = 5_000;
const MAX_LENGTH = 1_000;

export function createKnownUrls(): KnownUrls {
  const known = new LRUCache<string, AnswerUrl>({ max: MAX_URLS });
  return {
    get: (url) => known.get(url),
    set(url, answer) {
      if (url.length <= MAX_LENGTH) {
        known.set(url, answer);
      }
    },
  };
}
