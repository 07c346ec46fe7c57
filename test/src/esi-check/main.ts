import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ESI_COMPATIBILITY_DATE } from '@hangar-bay/domain';
import { checkEsi } from './check-esi.js';
import type { OpenApiDocument } from './openapi.js';
import { writeReport } from './report.js';

const LIVE_DOCUMENT = 'https://esi.evetech.net/meta/openapi.json';
const USAGE = 'Usage: esi:check [--spec FILE] [--samples DIR]';

/** ESI's document of the date that the client asks for, from a file or live. */
async function loadDocument(file: string | undefined): Promise<OpenApiDocument> {
  if (file !== undefined) {
    return JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument;
  }
  const response = await fetch(LIVE_DOCUMENT, {
    headers: {
      'User-Agent': process.env['ESI_USER_AGENT'] ?? 'hangar-bay esi:check',
      'X-Compatibility-Date': ESI_COMPATIBILITY_DATE,
    },
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    throw new Error(`${LIVE_DOCUMENT} answered ${response.status}; give a saved copy with --spec FILE`);
  }
  return (await response.json()) as OpenApiDocument;
}

async function run(): Promise<number> {
  const { values } = parseArgs({ options: { spec: { type: 'string' }, samples: { type: 'string' } } });
  const document = await loadDocument(values.spec);
  console.log(`ESI's document ${document.info.version ?? ''} (${values.spec ?? LIVE_DOCUMENT})\n`);
  const checks = await checkEsi(document, values.samples);
  console.log(writeReport(checks));
  return checks.some((check) => check.drifts.length > 0) ? 1 : 0;
}

try {
  process.exitCode = await run();
} catch (error) {
  const cause =
    (error as Error).cause instanceof Error ? `: ${((error as Error).cause as Error).message}` : '';
  console.error(`esi:check could not run: ${(error as Error).message}${cause}\n${USAGE}`);
  process.exitCode = 1;
}
