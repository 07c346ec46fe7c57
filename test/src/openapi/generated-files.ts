import { readFile, writeFile } from 'node:fs/promises';
import { createOpenApiDocument } from '@hangar-bay/api';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { compareDocuments, type OpenApiDocument } from './compare-documents.js';
import type { Changes } from './changes.js';

const ROOT = new URL('../../../', import.meta.url);
const DOCUMENT = 'docs/openapi.json';
const TYPES = 'packages/api-client/src/schema.ts';

const BANNER = '// Written by `pnpm openapi:write` from the OpenAPI document. Not to be edited.\n\n';

interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export interface Comparison extends Changes {
  /** Committed files that are not what the code gives. */
  readonly outdated: readonly string[];
}

/** The OpenAPI document as the code gives it, and the types of the client that follow from it. */
async function generateFiles(): Promise<{
  readonly document: object;
  readonly files: GeneratedFile[];
}> {
  const text = `${JSON.stringify(createOpenApiDocument(), null, 2)}\n`;
  const document = JSON.parse(text) as OpenAPI3 & OpenApiDocument;
  // It resolves references in place.
  const types = astToString(await openapiTypescript(structuredClone(document)));
  return {
    document,
    files: [
      { path: DOCUMENT, text },
      { path: TYPES, text: `${BANNER}${types}` },
    ],
  };
}

/** Compares the committed files with the code. */
export async function compareWithCommitted(): Promise<Comparison> {
  const { document, files } = await generateFiles();
  const outdated = [];
  for (const { path, text } of files) {
    if ((await readIfThere(path)) !== text) {
      outdated.push(path);
    }
  }
  const committed = JSON.parse((await readIfThere(DOCUMENT)) ?? '{"paths":{}}') as OpenApiDocument;
  return { outdated, ...compareDocuments(committed, document as OpenApiDocument) };
}

export async function writeFiles(): Promise<void> {
  const { files } = await generateFiles();
  for (const { path, text } of files) {
    await writeFile(new URL(path, ROOT), text);
  }
}

/** For people. */
export function describeComparison({ outdated, breaking, compatible }: Comparison): string {
  if (outdated.length === 0) {
    return 'docs/openapi.json and the types of the client are what the code gives.';
  }
  const isTextOnly = breaking.length === 0 && compatible.length === 0;
  return [
    `Not what the code gives: ${outdated.join(', ')}.`,
    ...list('Breaking changes', breaking),
    ...list('Compatible changes', compatible),
    ...(isTextOnly ? ['No client is affected: texts or examples differ.'] : []),
  ].join('\n');
}

const list = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [`${title} (${lines.length}):`, ...lines.map((line) => `  ${line}`)];

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(new URL(path, ROOT), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}
