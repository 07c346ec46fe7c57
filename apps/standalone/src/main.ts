import { runProcess } from '@hangar-bay/runtime';
import { readStandaloneConfig } from './config.js';
import { createStandaloneApp } from './standalone-app.js';

/** A person waits for Ctrl-C to work. */
const GRACE_SECONDS = 9;

await runProcess(() => createStandaloneApp(readStandaloneConfig(process.env, process.argv.slice(2))), {
  graceSeconds: GRACE_SECONDS,
});
