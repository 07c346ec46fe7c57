import { ESI_ROUTES, type EsiRoute } from '@hangar-bay/domain';
import type { Spec } from './openapi.js';
import { distinct, type Check } from './report.js';

/** Answers of one route, from the sandbox or from a recording. */
export interface RouteAnswers {
  route: EsiRoute;
  answers: readonly unknown[];
}

/**
 * Holds answers against ESI's document and against the client's schemas. With `strict`, a field that the document
 * does not know is a drift: the sandbox must not make up any, while ESI itself may send new ones at any time.
 */
export function checkAnswers(
  spec: Spec,
  about: string,
  { route, answers }: RouteAnswers,
  strict: boolean,
): Check {
  const { method, answer: schema } = ESI_ROUTES[route];
  const byDocument = answers
    .flatMap((answer) => spec.findFaults(route, method, answer, strict))
    .map((fault) => `${fault}, says the document`);
  const byClient = answers.flatMap((answer) => {
    const parsed = schema.safeParse(answer);
    return parsed.success
      ? []
      : parsed.error.issues.map(
          (issue) => `${nameField(issue.path)}: ${issue.message}, says the client's schema`,
        );
  });
  const missing = answers.length === 0 ? ['there is no answer to check'] : [];
  return {
    about,
    route,
    scope: `${answers.length} answers`,
    drifts: distinct([...missing, ...byDocument, ...byClient]),
  };
}

function nameField(path: readonly PropertyKey[]): string {
  const name = path.map((step) => (typeof step === 'number' ? '[]' : `.${String(step)}`)).join('');
  return name.replace(/^\./, '') || 'the answer';
}
