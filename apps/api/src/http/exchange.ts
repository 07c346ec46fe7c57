import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import proxyAddress from 'proxy-addr';
import type { RouteLabels } from './route-labels.js';

/** A request, as far as everything that looks at it needs the same of it: worked out once, when it begins. */
export interface Exchange {
  /** The caller's X-Request-Id where it is sane. */
  readonly requestId: string;
  readonly method: string;
  /** As it was asked for; routers change `request.url`. */
  readonly url: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** The pattern of its route, or `unmatched`. */
  readonly route: string;
  /** Of the client, behind the proxies that are trusted. */
  readonly address: string;
  /** By the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  /**
   * What the answer has whatever it is, names and values in turn. Sent in one go by what answers with `writeHead`; for
   * others see setHeaders.
   */
  readonly headers: string[];
  /** Ends with the answer. */
  deadline?: NodeJS.Timeout;
}

/** Whether an address is that of a proxy of ours, so many hops away. */
export type TrustsProxy = (address: string, hop: number) => boolean;

const SANE_ID = /^[\w.:-]{1,100}$/;
/** A proxy may ask for a whole URL. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;
const EXCHANGE = Symbol('exchange');

type Carrier = ServerResponse & { [EXCHANGE]?: Exchange };

export function beginExchange(
  request: IncomingMessage,
  response: ServerResponse,
  { labels, trusts }: { readonly labels: RouteLabels; readonly trusts: TrustsProxy },
): Exchange {
  const { method = '', url = '', headers } = request;
  const target = url.startsWith('/') ? url : url.replace(ORIGIN, '');
  const queryAt = target.indexOf('?');
  const path = queryAt === -1 ? target : target.slice(0, queryAt);
  const given = headers['x-request-id'];
  const exchange: Exchange = {
    requestId: typeof given === 'string' && SANE_ID.test(given) ? given : randomUUID(),
    method,
    url,
    path,
    query: queryAt === -1 ? '' : target.slice(queryAt + 1),
    route: labels.of(path),
    address: addressOf(request, trusts),
    startedAt: performance.now(),
    headers: [],
  };
  (response as Carrier)[EXCHANGE] = exchange;
  return exchange;
}

/** @throws where the answer is to no request of the listener. */
export function exchangeOf(response: ServerResponse): Exchange {
  const exchange = (response as Carrier)[EXCHANGE];
  if (exchange === undefined) {
    throw new Error('An answer was not begun by the listener');
  }
  return exchange;
}

/** Moves the headers of an exchange to the answer, for those who set headers one by one. */
export function setHeaders(response: ServerResponse, { headers }: Exchange): void {
  for (let at = 0; at < headers.length; at += 2) {
    response.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
  }
  headers.length = 0;
}

export const requestIdOf = (response: ServerResponse): string => exchangeOf(response).requestId;

function addressOf(request: IncomingMessage, trusts: TrustsProxy): string {
  const isForwarded = request.headers['x-forwarded-for'] !== undefined;
  return (isForwarded ? proxyAddress(request, trusts) : request.socket.remoteAddress) ?? '';
}
