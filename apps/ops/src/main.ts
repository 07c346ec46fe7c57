import { runOps } from './run-ops.js';

const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
process.exitCode = await runOps(process.argv.slice(2), env);
