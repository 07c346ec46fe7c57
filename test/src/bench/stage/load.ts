import autocannon from 'autocannon';
import type { Stage } from './stage.js';

export interface Load {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Asked in turn. */
  readonly paths: readonly string[];
  readonly connections?: number;
  /** Of all connections together; as fast as possible, unless given. */
  readonly perSecond?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What every answer has to be. */
  readonly status?: 200 | 304;
}

export interface LoadFigures {
  /** Right answers: an error is quickly given. */
  readonly requestsPerSecond: number;
  /** Answers that were not as they should be. */
  readonly wrong: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** As many as asked the peer at once when it was measured. */
const CONNECTIONS = 10;

/** What applyLoad gives in one turn of this run; says so where some answers were wrong. */
export async function requestsPerSecond({ options, log }: Stage, load: Load): Promise<number> {
  const figures = await applyLoad(load, options.seconds);
  if (figures.wrong > 0) {
    log(`${figures.wrong} answers of ${load.url}${load.paths[0] ?? ''} were not ${load.status ?? 200}`);
  }
  return figures.requestsPerSecond;
}

/**
 * Asks for so many seconds over keep-alive connections, each as fast as it is answered.
 * @throws where no answer was as it should be.
 */
export async function applyLoad(
  { url, paths, connections = CONNECTIONS, perSecond, headers = {}, status = 200 }: Load,
  seconds: number,
): Promise<LoadFigures> {
  const latencies: number[] = [];
  let wrong = 0;
  const asked = {
    url,
    connections,
    duration: seconds,
    timeout: 30,
    ...(perSecond === undefined ? {} : { overallRate: perSecond }),
    requests: paths.map((path) => ({ method: 'GET' as const, path, headers })),
  };
  const { duration, errors } = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(asked, (error: Error | null, result) =>
      error === null ? resolve(result) : reject(error),
    );
    running.on('response', (_client, answered, _bytes, milliseconds) => {
      latencies.push(milliseconds);
      wrong += answered === status ? 0 : 1;
    });
  });
  if (latencies.length === wrong) {
    throw new Error(`${url}${paths[0] ?? ''}: none of ${wrong} answers was ${status}, ${errors} errors`);
  }
  const sorted = latencies.sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    requestsPerSecond: (latencies.length - wrong) / duration,
    wrong: wrong + errors,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
  };
}
