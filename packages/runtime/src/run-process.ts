import { ExitError } from './exit-error.js';

/** What a process runs. `start` resolves when it serves; `stop` is called once, and releases everything. */
export interface App {
  start(): Promise<unknown>;
  stop(): Promise<void>;
  /** Writes down what nobody caught; without it, standard error has it. */
  reportError?(error: unknown): void;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** How long what is left open after a stop may keep the process. */
const END_WITHIN_MS = 1_000;

/** A terminal's Ctrl-C reaches the process twice when its package runner passes it on too: one press, not two. */
const SAME_PRESS_MS = 1_000;

/**
 * Runs an app until a stop signal, then stops it and lets the process end by itself, or ends it soon after.
 *
 * Start-up errors and errors that nobody caught end it with a code that is not 0. If stopping takes longer than
 * `graceSeconds`, or a second signal comes later on, the process exits at once.
 */
export async function runProcess(createApp: () => App, { graceSeconds = 25 } = {}): Promise<void> {
  let app: App | undefined;
  let stoppingSince: number | undefined;

  const stop = async (exitCode: number): Promise<void> => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > SAME_PRESS_MS) {
        process.exit(exitCode || 1);
      }
      return;
    }
    stoppingSince = performance.now();
    process.exitCode = exitCode;
    setTimeout(() => {
      console.error(`Not stopped after ${graceSeconds} s; exiting anyway.`);
      process.exit(exitCode || 1);
    }, graceSeconds * 1000).unref();
    try {
      await app?.stop();
    } catch (error) {
      report(error, app);
      process.exitCode = exitCode || 1;
    }
    // All is released and written down. A client's connection that was being made at that moment can stay, for ever.
    setTimeout(() => process.exit(), END_WITHIN_MS).unref();
  };

  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => void stop(0));
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      report(error, app);
      process.exitCode = 1;
      if (stoppingSince === undefined) {
        void stop(1);
      }
    });
  }

  try {
    app = createApp();
    await app.start();
  } catch (error) {
    if (stoppingSince === undefined) {
      report(error, app);
      await stop(error instanceof ExitError ? error.exitCode : 1);
    }
  }
}

/** What a person can act on is told to the person; the rest is for who reads logs. */
function report(error: unknown, app: App | undefined): void {
  if (error instanceof ExitError) {
    console.error(error.message);
  } else if (app?.reportError) {
    app.reportError(error);
  } else {
    console.error(error);
  }
}
