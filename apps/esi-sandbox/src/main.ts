import { parseEnv, runProcess } from '@hangar-bay/runtime';
import { createSandboxApp } from './app.js';
import { sandboxConfigFrom, sandboxEnv } from './config.js';

await runProcess(() => {
  const app = createSandboxApp(sandboxConfigFrom(parseEnv(sandboxEnv, process.env)));
  return {
    start: async () => {
      const { url } = await app.start();
      console.log(`ESI sandbox on ${url}`);
    },
    stop: () => app.stop(),
  };
});
