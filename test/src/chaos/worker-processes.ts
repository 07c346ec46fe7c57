import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { forkSource } from '../setup/fork-source.js';
import { waitUntil } from '../setup/wait-until.js';

const PROGRAM = new URL('./worker-process.ts', import.meta.url);
const START_TIMEOUT_MS = 30_000;
/** What runProcess gives an app to stop, and a little more. */
const STOP_TIMEOUT_MS = 27_000;
const KEPT_LINES = 12;

export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly ms: number;
}

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Resolves when it takes jobs; rejects where it ended instead. */
  readonly started: Promise<void>;
  readonly isRunning: () => boolean;
  kill(): Promise<void>;
  /** SIGTERM, and the end that the process makes by itself. */
  stop(): Promise<WorkerEnd>;
}

/** Worker processes with one environment, and what they log between them. */
export function createWorkerProcesses(env: NodeJS.ProcessEnv) {
  const running = new Set<WorkerProcess>();
  /** How often each message was logged. */
  const logged = new Map<string, number>();
  const complaints: string[] = [];

  function read(line: string): void {
    const entry = parse(line);
    if (entry === null) {
      keep(line);
      return;
    }
    const key = String(entry['message']);
    logged.set(key, (logged.get(key) ?? 0) + Number(entry['left_out'] ?? 1));
    if (entry['level'] !== 'info') {
      keep(line);
    }
  }

  function keep(line: string): void {
    complaints.push(line.slice(0, 600));
    complaints.splice(0, complaints.length - KEPT_LINES);
  }

  function start(): WorkerProcess {
    const child = forkSource(PROGRAM, [], env, { silent: true });
    const ended = once(child, 'exit');
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) {
        createInterface(stream).on('line', read);
      }
    }
    let hasStarted = false;
    child.once('message', () => {
      hasStarted = true;
    });
    const isRunning = () => child.exitCode === null && child.signalCode === null;
    const worker: WorkerProcess = {
      child,
      isRunning,
      started: waitUntil(() => hasStarted || !isRunning(), {
        what: 'the worker has started',
        timeoutMs: START_TIMEOUT_MS,
      }).then(() => {
        if (!hasStarted) {
          throw new Error(
            `A worker ended with ${child.exitCode ?? child.signalCode} at its start:\n${complaints.join('\n')}`,
          );
        }
      }),
      async kill() {
        child.kill('SIGKILL');
        await ended;
      },
      async stop() {
        const before = performance.now();
        child.kill('SIGTERM');
        const giveUp = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
        await ended;
        clearTimeout(giveUp);
        return { code: child.exitCode, signal: child.signalCode, ms: performance.now() - before };
      },
    };
    worker.started.catch(() => undefined);
    running.add(worker);
    void ended.then(() => running.delete(worker));
    return worker;
  }

  return {
    logged: (message: string) => logged.get(message) ?? 0,
    /** The latest lines that are not of everyday, for a person who looks for the cause of a failure. */
    complaints: (): readonly string[] => complaints,
    running: (): readonly WorkerProcess[] => [...running],
    start,

    async startAll(count: number): Promise<WorkerProcess[]> {
      const workers = Array.from({ length: count }, start);
      await Promise.all(workers.map((worker) => worker.started));
      return workers;
    },

    async killAll(): Promise<void> {
      await Promise.all([...running].map((worker) => worker.kill()));
    },
  };
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
