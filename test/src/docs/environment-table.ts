import { apiEnv } from '@hangar-bay/api';
import { sandboxEnv } from '@hangar-bay/esi-sandbox';
import { standaloneEnv } from '@hangar-bay/standalone';
import { workerEnv } from '@hangar-bay/worker';
import type { z } from 'zod';

const [START, END] = ['<!-- environment:start -->', '<!-- environment:end -->'];

/** Who reads a variable, and its schema. The first to describe a variable describes it for all. */
const READERS: Readonly<Record<string, z.ZodObject>> = {
  api: apiEnv,
  worker: workerEnv,
  start: standaloneEnv,
  sandbox: sandboxEnv,
};

interface Row {
  readonly schema: z.ZodType;
  readonly readers: string[];
}

/** The README with its table of variables made anew from the schemas that read them. */
export function withEnvironmentTable(readme: string): string {
  const [before, rest] = split(readme, START);
  const [, after] = split(rest, END);
  // Prettier would pad the columns to the longest description.
  const table = `<!-- prettier-ignore-start -->\n\n${writeTable()}\n\n<!-- prettier-ignore-end -->`;
  return `${before}${START}\n${table}\n${END}${after}`;
}

function writeTable(): string {
  const rows = new Map<string, Row>();
  for (const [reader, env] of Object.entries(READERS)) {
    for (const [name, schema] of Object.entries(env.shape) as [string, z.ZodType][]) {
      const row = rows.get(name);
      if (row) {
        row.readers.push(reader);
      } else {
        rows.set(name, { schema, readers: [reader] });
      }
    }
  }
  return [
    '| name | default | read by | |',
    '| --- | --- | --- | --- |',
    ...[...rows].map(
      ([name, { schema, readers }]) =>
        `| \`${name}\` | ${describeDefault(schema)} | ${readers.join(', ')} | ${describe(schema)} |`,
    ),
  ].join('\n');
}

function describe(schema: z.ZodType): string {
  return (schema.meta()?.description ?? '').replaceAll('|', '\\|');
}

function describeDefault(schema: z.ZodType): string {
  const told = schema.meta()?.['default'];
  if (typeof told === 'string') {
    return told;
  }
  const unset = schema.safeParse(undefined);
  if (!unset.success) {
    return '(required)';
  }
  return unset.data === undefined ? '' : `\`${JSON.stringify(unset.data).replaceAll('"', '')}\``;
}

function split(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) {
    throw new Error(`README.md has no line ${marker}`);
  }
  return [text.slice(0, at), text.slice(at + marker.length)];
}
