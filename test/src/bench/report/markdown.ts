import type { Row } from './judge.js';
import type { Machine } from './machine.js';
import { median } from './statistics.js';

/** The table, and under it what explains single rows. */
export function writeMarkdown(rows: readonly Row[], machine: Machine): string {
  const table = rows.map((row) => [
    row.subject,
    row.what,
    row.beside,
    `${format(median(row.ours))} ${row.unit}`,
    `${format(median(row.limit))} ${row.unit}`,
    format(row.ratio),
    `${format(row.least)} to ${format(row.most)}`,
    row.bound === null ? 'shown' : `${row.bound.kind} ${row.bound.value}`,
    row.holds === null ? '' : row.holds ? 'yes' : 'no',
  ]);
  const head = ['', 'subject', 'beside', 'ours', 'limit', 'ratio', 'spread', 'promised', 'holds'];
  const lines = [head, head.map(() => '---'), ...table].map(
    (cells) => `| ${cells.map(escapeCell).join(' | ')} |`,
  );
  return [
    `Measured ${machine.at} on ${machine.cpus} cores (${machine.cpu}), ${machine.memoryGb} GB, Node ${machine.node}, load before ${format(machine.loadBefore ?? NaN)}.`,
    '',
    ...lines,
    ...rows.flatMap(describeNotes),
    '',
  ].join('\n');
}

function describeNotes({ subject, what, notes = [] }: Row): string[] {
  return notes.length === 0 ? [] : ['', `${subject}, ${what}:`, '', '```', ...notes, '```'];
}

/** Three digits that count. */
export function format(value: number): string {
  if (!Number.isFinite(value)) {
    return '?';
  }
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

const escapeCell = (text: string) => text.replaceAll('|', '\\|');
