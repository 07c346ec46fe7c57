import { stripVTControlCharacters } from 'node:util';

export interface Column<Row> {
  readonly title: string;
  readonly isNumber?: boolean;
  readonly value: (row: Row) => string | number | null;
}

/** A table of text; null shows as a dash. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ value }) => oneLine(value(row) ?? '-'))),
  ];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return columns[column]?.isNumber === true ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What others wrote must neither break a table nor steer a terminal. */
export function oneLine(value: string | number): string {
  return stripVTControlCharacters(String(value)).replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}

/** `45 s`, `12 min`, `3 h 20 min`, `4 d 3 h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 2) {
    return `${seconds} s`;
  }
  if (hours < 2) {
    return `${minutes} min`;
  }
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
