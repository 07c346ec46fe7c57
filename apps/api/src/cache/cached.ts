import type { ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { ApiContext } from '../context.js';
import { exchangeOf } from '../http/exchange.js';
import type { AnswerUrl } from '../http/known-urls.js';
import { varyWith } from '../http/vary-with.js';
import { acceptedEncoding } from './accepted-encoding.js';
import type { Answer } from './answer.js';
import type { Question } from './answers.js';
import { canonicalKey } from './canonical-key.js';
import { entityTag, matchesTag } from './entity-tag.js';
import { staleHeaders } from './stale.js';

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

/**
 * Handles GET and HEAD of a route whose answer follows from the request and the data alone: from the cache where it is
 * there, with validators, and compressed.
 *
 * `read` checks the request by its URL and nothing else, and throws the Problem where it is wrong; a URL that was right
 * is not read again, and answered before any router.
 */
export function cached(
  { answers, version, knownUrls }: Pick<ApiContext, 'answers' | 'version' | 'knownUrls'>,
  read: (request: Request) => CachedQuestion,
): RequestHandler {
  function answering({ name, parameters, ...rest }: CachedQuestion): AnswerUrl {
    const question = { ...rest, key: canonicalKey(name, parameters) };
    return async (request, response) => {
      const untilChange = version.changesInMs();
      const answer = await answers.get(question);
      const isLarge = answer.body.length >= MIN_COMPRESSED_BYTES;
      const encoding = isLarge ? acceptedEncoding(request.headers['accept-encoding']) : null;
      const tag = entityTag(answer.hash, encoding);
      const isKnown = matchesTag(request.headers['if-none-match'], tag);
      const body = encoding === null || isKnown ? answer.body : await answer.encoded(encoding);
      if (response.headersSent) {
        // The deadline was faster.
        return;
      }
      // Both: a version may have come in between, and the answer is of the one before.
      const lifetimeMs = Math.min(untilChange, version.changesInMs(), question.maxAgeMs ?? Infinity);
      const headers = [...exchangeOf(response).headers, ...validators(response, answer, tag, lifetimeMs)];
      if (isKnown) {
        response.writeHead(304, headers).end();
        return;
      }
      if (encoding !== null) {
        headers.push('Content-Encoding', encoding);
      }
      headers.push('Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(body.length));
      response.writeHead(200, headers).end(body);
    };
  }

  return (request, response) => {
    const answer = answering(read(request));
    knownUrls.set(exchangeOf(response).url, answer);
    return answer(request, response);
  };
}

/** What a 304 has too, names and values in turn. */
function validators(
  response: ServerResponse,
  { lastModified, staleMs }: Answer,
  tag: string,
  lifetimeMs: number,
): string[] {
  const seconds = Math.max(SHORTEST_LIFETIME_SECONDS, Math.floor(lifetimeMs / 1000));
  return [
    'ETag',
    tag,
    'Vary',
    varyWith(response, 'Accept-Encoding'),
    ...(lastModified === null ? [] : ['Last-Modified', lastModified.toUTCString()]),
    ...(staleMs === undefined ? ['Cache-Control', `public, max-age=${seconds}`] : staleHeaders(staleMs)),
  ];
}
