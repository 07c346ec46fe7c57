import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** What a running server says about itself in `postmaster.pid`. */
export interface RunningServer {
  port: number;
  /** False while it starts, recovers or shuts down. */
  isReady: boolean;
}

/** The server that runs on a data directory, whoever started it. */
export async function findRunningServer(dataDir: string): Promise<RunningServer | undefined> {
  const file = join(dataDir, 'postmaster.pid');
  // Lines: pid, data directory, start time, port, socket directory, listen address, shared memory, status.
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) {
    return undefined;
  }
  if (!(await isPostgres(pid))) {
    // After a restart of the machine or container the number may belong to any program, and PostgreSQL, which
    // looks only whether it lives, would refuse to start.
    await rm(file, { force: true });
    return undefined;
  }
  return { port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  try {
    const program = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')[0] ?? '';
    return basename(program).startsWith('postgres');
  } catch {
    // No /proc on this platform, or the process ended meanwhile: leave the judgement to PostgreSQL.
    return true;
  }
}
