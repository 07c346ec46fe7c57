import { cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Options } from '../options.js';
import { MEASURED_SETTINGS } from '@hangar-bay/embedded-postgres';

/** Where and how it was measured: without it no figure means anything. */
export function describeMachine(options: Options) {
  return {
    at: new Date().toISOString(),
    node: process.version,
    system: `${type()} ${release()}`,
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    /** Of the minute before the run: what else the machine was doing. */
    loadBefore: loadavg()[0],
    postgres: { version: 18, ...MEASURED_SETTINGS },
    options,
  };
}

export type Machine = ReturnType<typeof describeMachine>;
