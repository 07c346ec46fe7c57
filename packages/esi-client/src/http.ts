import http from 'node:http';
import https from 'node:https';
import axios, { isAxiosError, type AxiosError, type AxiosInstance } from 'axios';
import axiosRetry from 'axios-retry';
import { EsiError } from './esi-error.js';
import type { Governor } from './governor.js';
import type { EsiRoute } from '@hangar-bay/domain';

export interface HttpOptions {
  readonly baseUrl: string;
  /** Names the program and a contact, as ESI asks for. */
  readonly userAgent: string;
  readonly compatibilityDate: string;
  /** Of one attempt. */
  readonly timeoutMs: number;
  /** About how long to wait before the first retry; twice as long before each further one. */
  readonly retryDelayMs?: number;
}

/** ESI's largest answers are pages of 1000 contracts, about 0.4 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const RETRIES = 3;
const RETRY_DELAY_MS = 300;
const MAX_SOCKETS = 64;

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
  const agents = {
    httpAgent: new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    httpsAgent: new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
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
  governEachAttempt(instance, governor);
  axiosRetry(instance, {
    retries: RETRIES,
    retryCondition: passesByItself,
    retryDelay: (attempt) => backOff(attempt, options.retryDelayMs ?? RETRY_DELAY_MS),
    // Otherwise the governor's waits count as time that the next attempt has spent.
    shouldResetTimeout: true,
  });

  return {
    async send(request: EsiRequest): Promise<EsiAnswer> {
      try {
        const { status, headers, data } = await instance.request<unknown>({
          method: request.method,
          url: request.path,
          ...(request.query ? { params: request.query } : {}),
          ...(request.body === undefined ? {} : { data: request.body }),
          ...(request.etag ? { headers: { 'If-None-Match': request.etag } } : {}),
          ...(request.signal ? { signal: request.signal } : {}),
        });
        return { status, headers, body: data === '' || data === null ? undefined : data };
      } catch (error) {
        const declined = readDeclined(error);
        if (declined) {
          return declined;
        }
        throw translate(error, request);
      }
    },

    /** Closes the kept connections. */
    close(): void {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

export type Http = ReturnType<typeof createHttp>;

/** Thrown inside axios where the governor refuses to wait. */
class PausedError extends Error {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('paused');
    this.waitMs = waitMs;
  }
}

function governEachAttempt(instance: AxiosInstance, governor: Governor): void {
  instance.interceptors.request.use(async (config) => {
    const refusedMs = await governor.waitForTurn(config.signal as AbortSignal | undefined);
    if (refusedMs > 0) {
      throw new PausedError(refusedMs);
    }
    return config;
  });
  instance.interceptors.response.use(
    (response) => {
      governor.observe(response.status, response.headers);
      return response;
    },
    (error: unknown) => {
      if (isAxiosError(error) && error.response) {
        governor.observe(error.response.status, error.response.headers);
      }
      throw error;
    },
  );
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

function translate(error: unknown, { route, signal }: EsiRequest): unknown {
  if (signal?.aborted) {
    return signal.reason;
  }
  if (error instanceof PausedError) {
    const seconds = Math.ceil(error.waitMs / 1000);
    return new EsiError(`not asked, its limits want a pause of ${seconds} s`, {
      kind: 'paused',
      route,
      waitMs: error.waitMs,
    });
  }
  if (!isAxiosError(error)) {
    return error;
  }
  const status = error.response?.status;
  if (status !== undefined && isFailure(status)) {
    return new EsiError(`answered ${status}`, { kind: 'status', route, status });
  }
  // The cause is left out: axios keeps the whole request and response in it.
  return new EsiError(`no usable answer (${error.code ?? 'unknown'}: ${error.message})`, {
    kind: 'network',
    route,
  });
}
