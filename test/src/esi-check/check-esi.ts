import { askSandbox } from './ask-sandbox.js';
import { checkAnswers } from './check-answers.js';
import { checkClient } from './check-client.js';
import { createSpec, type OpenApiDocument } from './openapi.js';
import { readSamples } from './read-samples.js';
import type { Check } from './report.js';

/** Holds client, sandbox and recorded answers against ESI's document. `samples` is a folder of recorded answers. */
export async function checkEsi(document: OpenApiDocument, samples: string | undefined): Promise<Check[]> {
  const spec = createSpec(document);
  const fromSandbox = await askSandbox();
  const recorded = samples === undefined ? [] : readSamples(samples);
  return [
    ...checkClient(spec),
    ...fromSandbox.map((answers) => checkAnswers(spec, 'sandbox against ESI and client', answers, true)),
    ...recorded.map((answers) =>
      checkAnswers(spec, 'recorded answers against ESI and client', answers, false),
    ),
  ];
}
