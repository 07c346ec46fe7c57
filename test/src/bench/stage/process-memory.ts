import { readFile } from 'node:fs/promises';

export interface ProcessMemory {
  readonly nowMb: number;
  /** The most since the process began. */
  readonly mostMb: number;
}

/** Resident memory as Linux counts it. */
export async function readMemory(pid: number): Promise<ProcessMemory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  return { nowMb: megabytes('VmRSS'), mostMb: megabytes('VmHWM') };
}
