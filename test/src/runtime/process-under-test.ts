import { ExitError, runProcess, type App } from '@hangar-bay/runtime';

/** Tells the test what happened, and holds the process until the test or a stop ends it. */
function tell(word: string): void {
  process.send?.(word);
}

/** Whatever keeps a process alive, such as a server. */
let work: NodeJS.Timeout | undefined;

const QUIET: App = {
  start() {
    work = setInterval(() => undefined, 1_000);
    tell('started');
    return Promise.resolve();
  },
  stop() {
    clearInterval(work);
    tell('stopped');
    return Promise.resolve();
  },
};

const APPS: Record<string, () => App> = {
  quiet: () => QUIET,
  'unusable environment': () => {
    throw new ExitError('The environment is not usable', 78);
  },
  'start fails': () => ({ ...QUIET, start: () => Promise.reject(new Error('no database')) }),
  'start never ends': () => ({
    ...QUIET,
    async start() {
      await QUIET.start();
      await new Promise(() => undefined);
    },
  }),
  'start fails because of the stop': () => {
    let fail: (error: Error) => void;
    return {
      async start() {
        await QUIET.start();
        await new Promise((_resolve, reject) => {
          fail = reject;
        });
      },
      stop() {
        fail(new Error('interrupted'));
        return QUIET.stop();
      },
    };
  },
  'stop fails': () => ({
    ...QUIET,
    async stop() {
      await QUIET.stop();
      throw new Error('the connection is gone');
    },
  }),
  'stop leaves something open': () => ({
    ...QUIET,
    stop() {
      tell('stopped');
      return Promise.resolve();
    },
  }),
  'stop hangs': () => ({
    ...QUIET,
    stop() {
      tell('stopping');
      return new Promise(() => undefined);
    },
  }),
  throws: () => ({
    ...QUIET,
    async start() {
      await QUIET.start();
      setImmediate(() => {
        throw new Error('nobody caught this');
      });
    },
  }),
  'throws, and keeps a log': () => ({
    ...(APPS['throws']?.() ?? QUIET),
    reportError: (error) => tell(`logged: ${(error as Error).message}`),
  }),
  rejects: () => ({
    ...QUIET,
    async start() {
      await QUIET.start();
      void Promise.reject(new Error('nobody awaited this'));
    },
  }),
};

const [name = '', graceSeconds = '25'] = process.argv.slice(2);
// The channel to the test must not keep the process alive; what the app holds decides.
process.channel?.unref();
await runProcess(APPS[name] as () => App, { graceSeconds: Number(graceSeconds) });
