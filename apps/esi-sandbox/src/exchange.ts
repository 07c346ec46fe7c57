import type { Request, Response } from 'express';
import type { Body } from './body.js';
import type { Clock } from './clock.js';
import type { ErrorLimit } from './error-limit.js';
import type { ActiveFault } from './faults/faults.js';
import { malformPage } from './faults/malform.js';
import type { LoggedRequest, RequestLog } from './request-log.js';
import type { TokenBucket } from './token-bucket.js';

/** What is known of a request besides itself. */
export interface Exchange {
  entry: LoggedRequest;
  fault: ActiveFault | undefined;
  /** The bucket of the route, where it is under one; it then has no error-limit headers. */
  bucket: TokenBucket | undefined;
}

export interface CachedAnswer {
  body: Body;
  /** Virtual milliseconds. */
  lastModified: number;
  expiresAt: number;
  pages?: number;
}

export interface Answers {
  /** 200, or 304 where the client's validator is the body's. */
  sendCached(req: Request, res: Response, answer: CachedAnswer): void;
  /** 200 without cache headers. */
  sendPlain(req: Request, res: Response, body: Body): void;
  /** 204 with the cache headers of a 200, as ESI sends it. */
  sendEmpty(res: Response, lastModified: number, expiresAt: number): void;
  sendError(res: Response, status: number, message: string, headers?: Record<string, string>): void;
  sendHtml(res: Response, status: number): void;
}

export function exchangeOf(res: Response): Exchange {
  return res.locals['exchange'] as Exchange;
}

export function createAnswers(clock: Clock, errorLimit: ErrorLimit, requestLog: RequestLog): Answers {
  /** The limit is counted before its headers are written, so that they tell what is left after this answer. */
  function send(res: Response, status: number, headers: Record<string, string>, content?: Buffer): void {
    const { bucket, entry } = exchangeOf(res);
    if (bucket !== undefined) {
      bucket.charge(status);
    } else if (status >= 400 && status !== 420) {
      errorLimit.count();
    }
    entry.status = status;
    res.writeHead(status, {
      Date: new Date(clock.now()).toUTCString(),
      'X-Esi-Request-Id': String(entry.seq),
      ...(bucket ?? errorLimit).headers(),
      ...headers,
      ...(content === undefined ? {} : { 'Content-Length': String(content.length) }),
    });
    res.end(content);
  }

  /**
   * Date and Expires are virtual, but their difference is in real seconds, rounded up: a client that waits that long
   * by its own clock never comes too early, whatever the rate of the virtual clock.
   */
  function cacheHeaders(lastModified: number, expiresAt: number): Record<string, string> {
    const lifetime = Math.ceil(clock.realSecondsUntil(expiresAt));
    return {
      'Cache-Control': 'public',
      'Last-Modified': new Date(lastModified).toUTCString(),
      Expires: new Date(clock.now() + lifetime * 1000).toUTCString(),
      Vary: 'Accept-Encoding, Accept-Language, X-Compatibility-Date, X-Tenant',
    };
  }

  function sendBody(req: Request, res: Response, body: Body, headers: Record<string, string>): void {
    const zipped = acceptsGzip(req) ? body.gzip() : undefined;
    send(
      res,
      200,
      {
        'Content-Type': 'application/json; charset=utf-8',
        ...headers,
        ...(zipped === undefined ? {} : { 'Content-Encoding': 'gzip' }),
      },
      zipped ?? body.plain,
    );
  }

  /** Headers that promise the whole body, half of it, and a broken connection. */
  function sendTruncated(res: Response, body: Body, headers: Record<string, string>): void {
    res.writeHead(200, {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(body.plain.length),
    });
    res.write(body.plain.subarray(0, Math.floor(body.plain.length / 2)), () => res.socket?.destroy());
  }

  function sendAnswer(req: Request, res: Response, body: Body, headers: Record<string, string>): boolean {
    const active = exchangeOf(res).fault;
    if (active?.fault.kind === 'truncate') {
      sendTruncated(res, body, headers);
      return false;
    }
    if (active?.fault.kind === 'malformed_page') {
      sendBody(req, res, malformPage(active.fault.variant, active.applied - 1), headers);
      return false;
    }
    const etag = headers['ETag'];
    if (etag !== undefined && matchesValidator(req.headers['if-none-match'], etag)) {
      send(res, 304, headers);
    } else {
      sendBody(req, res, body, headers);
    }
    return true;
  }

  return {
    sendCached: (req, res, { body, lastModified, expiresAt, pages }) => {
      const headers = {
        ...cacheHeaders(lastModified, expiresAt),
        ETag: body.etag,
        ...(pages === undefined ? {} : { 'X-Pages': String(pages) }),
      };
      if (sendAnswer(req, res, body, headers)) {
        requestLog.promise(req.originalUrl, expiresAt);
      }
    },
    sendPlain: (req, res, body) => {
      sendAnswer(req, res, body, {});
    },
    sendEmpty: (res, lastModified, expiresAt) => send(res, 204, cacheHeaders(lastModified, expiresAt)),
    sendError: (res, status, message, headers = {}) => {
      const hasBody = status !== 204 && status !== 304;
      send(
        res,
        status,
        { ...(hasBody ? { 'Content-Type': 'application/json; charset=utf-8' } : {}), ...headers },
        hasBody ? Buffer.from(JSON.stringify({ error: message })) : undefined,
      );
    },
    sendHtml: (res, status) =>
      send(
        res,
        status,
        { 'Content-Type': 'text/html', Server: 'awselb/2.0' },
        Buffer.from(
          `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`,
        ),
      ),
  };
}

function acceptsGzip(req: Request): boolean {
  return /\bgzip\b/.test(req.headers['accept-encoding'] ?? '');
}

/** Weak comparison (RFC 9110 8.8.3.2); the header may hold a list. */
function matchesValidator(header: string | undefined, etag: string): boolean {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  const tags = header?.split(',') ?? [];
  return tags.some((tag) => opaque(tag) === opaque(etag) || tag.trim() === '*');
}
