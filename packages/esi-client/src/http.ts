import axios, { getAdapter, isAxiosError, type AxiosAdapter, type AxiosError } from 'axios';
import axiosRetry from 'axios-retry';
import { closeAgents, createAgents } from './agents.js';
import { EsiError } from './esi-error.js';
import type { Governor } from './governor.js';
import { isMaintenance } from './limits/priority.js';
import { PausedError } from './waiting-line.js';
import type { EsiRoute } from '@hangar-bay/domain';

export interface HttpOptions {
  readonly baseUrl: string;
  /** Names the program and a contact, as ESI asks for. */
  readonly userAgent: string;
  readonly compatibilityDate: string;
  /** Of one attempt, the wait for a connection included. */
  readonly timeoutMs: number;
  /** How many contracts are asked for their items at a time, at the most; what is beyond waits for a connection. */
  readonly itemConnections?: number;
  /** About how long to wait before the first retry; twice as long before each further one. */
  readonly retryDelayMs?: number;
  /** Told of each attempt that was sent. */
  readonly observe?: (answer: ObservedAnswer) => void;
}

/** What became of one attempt. */
export interface ObservedAnswer {
  readonly route: EsiRoute;
  /** null: no whole answer came. */
  readonly status: number | null;
  /** Without the wait for its turn; with the one for a connection. */
  readonly seconds: number;
  /** Whether an ETag was sent along. */
  readonly validated: boolean;
}

/** ESI's largest answers are pages of 1000 contracts, about 0.4 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const RETRIES = 3;
/** Maintenance comes back to what it did not get. */
const RETRIES_OF_MAINTENANCE = 1;
const RETRY_DELAY_MS = 300;
const MAX_CONNECTIONS = 64;
const ITEMS = '/contracts/public/items/{contract_id}' satisfies EsiRoute;

/** Statuses that pass by themselves. 520 is how ESI's older limits show overload. */
const TRANSIENT = new Set([500, 502, 503, 504, 520]);

export interface EsiRequest {
  readonly method: 'get' | 'post';
  readonly route: EsiRoute;
  readonly path: string;
  readonly query?: Readonly<Record<string, number>>;
  readonly body?: unknown;
  readonly etag?: string | null;
  readonly signal?: AbortSignal | undefined;
  /** Not asked again by itself. */
  readonly once?: boolean;
}

export interface EsiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed JSON; undefined where there is no body. */
  readonly body: unknown;
}

/**
 * Sends requests within the governor's limits, with short retries of what passes by itself.
 *
 * Every final answer below 500 is returned, error statuses too; their meaning is the route's.
 * @throws EsiError `status` (5xx, 420, 429), `network` or `paused`.
 */
export function createHttp(options: HttpOptions, governor: Governor) {
  const agents = createAgents(MAX_CONNECTIONS);
  const agentsOfItems = createAgents(options.itemConnections ?? MAX_CONNECTIONS);
  const instance = axios.create({
    ...agents,
    baseURL: options.baseUrl,
    timeout: options.timeoutMs,
    maxContentLength: MAX_ANSWER_BYTES,
    maxRedirects: 0,
    // A redirect of ours to a proxy would hide who asks; ESI is always asked directly.
    proxy: false,
    responseType: 'json',
    // A body that is not JSON is an error, not a string.
    transitional: { silentJSONParsing: false },
    headers: {
      'User-Agent': options.userAgent,
      'X-Compatibility-Date': options.compatibilityDate,
      'Accept-Language': 'en',
      Accept: 'application/json',
    },
    validateStatus: (status) => !isFailure(status),
  });
  axiosRetry(instance, {
    // While ESI as a whole is away, one request in a while is enough to notice its return.
    retryCondition: (error) => governor.downMs() === 0 && passesByItself(error),
    retryDelay: (attempt) => backOff(attempt, options.retryDelayMs ?? RETRY_DELAY_MS),
    // Otherwise the waits between attempts count as time that the next one has spent.
    shouldResetTimeout: true,
  });

  return {
    async send(request: EsiRequest): Promise<EsiAnswer> {
      try {
        const { status, headers, data } = await instance.request<unknown>({
          adapter: govern(governor, request, options.observe),
          method: request.method,
          url: request.path,
          ...(request.route === ITEMS ? agentsOfItems : {}),
          ...(request.query ? { params: request.query } : {}),
          ...(request.body === undefined ? {} : { data: request.body }),
          ...(request.etag ? { headers: { 'If-None-Match': request.etag } } : {}),
          ...(request.signal ? { signal: request.signal } : {}),
          'axios-retry': { retries: retriesOf(request) },
        });
        return { status, headers, body: data === '' || data === null ? undefined : data };
      } catch (error) {
        const declined = readDeclined(error);
        if (declined) {
          return declined;
        }
        throw translate(error, request, governor.downMs());
      }
    },

    /** Closes the kept connections. */
    close(): void {
      closeAgents(agents);
      closeAgents(agentsOfItems);
    },
  };
}

export type Http = ReturnType<typeof createHttp>;

/** Codes of requests that were sent and not answered in time. */
const TIMED_OUT = new Set(['ECONNABORTED', 'ETIMEDOUT']);

/** Sends each attempt in its turn, and tells the governor what became of it. */
function govern(
  governor: Governor,
  { route, etag }: EsiRequest,
  observe: HttpOptions['observe'] = () => undefined,
): AxiosAdapter {
  const send = getAdapter('http');
  return async (config) => {
    const turn = await governor.takeTurn(route, config.signal as AbortSignal | undefined);
    const sentAt = performance.now();
    const tell = (status: number | null) =>
      observe({ route, status, seconds: (performance.now() - sentAt) / 1000, validated: Boolean(etag) });
    try {
      const response = await send(config);
      tell(response.status);
      turn.finish(response);
      return response;
    } catch (error) {
      const { response, code = '' } = isAxiosError(error) ? error : {};
      tell(response?.status ?? null);
      turn.finish(response ?? { status: null, timedOut: TIMED_OUT.has(code) });
      throw error;
    }
  };
}

function retriesOf({ route, once }: EsiRequest): number {
  return once ? 0 : isMaintenance(route) ? RETRIES_OF_MAINTENANCE : RETRIES;
}

/** Milliseconds. Without a look at Retry-After, which the governor reads and clamps. */
function backOff(attempt: number, firstMs: number): number {
  return firstMs * 2 ** (attempt - 1) * (0.66 + Math.random() * 0.67);
}

function isFailure(status: number): boolean {
  return status >= 500 || status === 420 || status === 429;
}

function passesByItself(error: AxiosError): boolean {
  if (error.code === 'ERR_CANCELED') {
    return false;
  }
  // 420 and 429 are asked again too: the governor holds the next attempt until ESI's window ends.
  const status = error.response?.status;
  return status === undefined || status < 400 || TRANSIENT.has(status) || status === 420 || status === 429;
}

/** An answer whose status says it all while its body is not JSON, such as a 404 with a page of HTML. */
function readDeclined(error: unknown): EsiAnswer | null {
  if (!isAxiosError(error) || !error.response) {
    return null;
  }
  const { status, headers } = error.response;
  return status < 300 || isFailure(status) ? null : { status, headers, body: undefined };
}

function translate(error: unknown, { route, signal }: EsiRequest, downMs: number): unknown {
  if (signal?.aborted) {
    return signal.reason;
  }
  if (error instanceof PausedError) {
    return describePause('its limits want a pause', route, error.waitMs);
  }
  if (!isAxiosError(error)) {
    return error;
  }
  const status = error.response?.status;
  if (downMs > 0 && (status === undefined || status >= 500)) {
    // No fault of what was asked for: it is asked again when ESI is back.
    return describePause('it answers nobody', route, downMs);
  }
  if (status !== undefined && isFailure(status)) {
    return new EsiError(`answered ${status}`, { kind: 'status', route, status });
  }
  // The cause is left out: axios keeps the whole request and response in it.
  return new EsiError(`no usable answer (${error.code ?? 'unknown'}: ${error.message})`, {
    kind: 'network',
    route,
  });
}

function describePause(why: string, route: EsiRoute, waitMs: number): EsiError {
  return new EsiError(`left alone for ${Math.ceil(waitMs / 1000)} s, ${why}`, {
    kind: 'paused',
    route,
    waitMs,
  });
}
