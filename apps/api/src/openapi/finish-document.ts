import { CONTRACT_EXAMPLES } from './examples/contracts.js';
import { OPERATOR_EXAMPLES } from './examples/operators.js';
import { OVERVIEW_EXAMPLES } from './examples/overviews.js';
import { exampleOfParameter } from './examples/parameters.js';
import { problemExamples, sharedExamples } from './examples/problems.js';
import { addHeaders, describedHeaders } from './headers.js';
import type { DocumentedParameter, GeneratedDocument, MediaType, Operation } from './operation.js';

const PROBLEM_REF = '#/components/schemas/Problem';

/** Bodies, by operation and status, or by the name of their schema. */
const BODIES: Readonly<Record<string, unknown>> = {
  ...CONTRACT_EXAMPLES,
  ...OVERVIEW_EXAMPLES,
  ...OPERATOR_EXAMPLES,
};

const ANY_OTHER_PROBLEM = {
  description:
    'Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500)',
  content: { 'application/problem+json': { schema: { $ref: PROBLEM_REF } } },
};

const IF_NONE_MATCH: DocumentedParameter = {
  name: 'If-None-Match',
  in: 'header',
  description:
    'The `ETag` of an answer that is still there: 304 where it is still the same. Browsers do this',
  schema: { type: 'string' },
};

/**
 * Adds to each operation what all of its kind have in common: headers, the problem of no documented status, how lists
 * are written, and examples.
 */
export function finishDocument(document: GeneratedDocument): object {
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const operation of Object.values(operations)) {
      finishOperation(path, operation);
    }
  }
  document.components = {
    ...document.components,
    headers: describedHeaders(),
    examples: usedExamples(document),
  };
  return document;
}

/** Not those of problems that Node answers before there is a request. */
function usedExamples(document: GeneratedDocument): object {
  const text = JSON.stringify(document.paths);
  return Object.fromEntries(
    Object.entries(sharedExamples()).filter(([code]) => text.includes(`"#/components/examples/${code}"`)),
  );
}

function finishOperation(path: string, operation: Operation): void {
  if ('304' in operation.responses) {
    operation.parameters = [...(operation.parameters ?? []), structuredClone(IF_NONE_MATCH)];
  }
  operation.parameters?.forEach((parameter) => finishParameter(operation, parameter));
  operation.responses['default'] = structuredClone(ANY_OTHER_PROBLEM);
  for (const [status, answer] of Object.entries(operation.responses)) {
    addHeaders(path, operation, status, answer);
    for (const content of Object.values(answer.content ?? {})) {
      if (content.schema.$ref === PROBLEM_REF) {
        content.examples = problemExamples(path, operation, status);
      } else {
        addExample(content, BODIES[`${operation.operationId} ${status}`]);
      }
    }
  }
  for (const content of Object.values(operation.requestBody?.content ?? {})) {
    addExample(content, undefined);
  }
}

/** `own`: where the example is not that of the schema. */
function addExample(content: MediaType, own: unknown): void {
  const example = own ?? BODIES[content.schema.$ref?.split('/').at(-1) ?? ''];
  if (example !== undefined) {
    content.example = example;
  }
}

function finishParameter(operation: Operation, parameter: DocumentedParameter): void {
  const example = exampleOfParameter(operation.operationId, parameter.name);
  // Said of the parameter.
  delete parameter.schema.description;
  delete parameter.schema.example;
  if (example !== undefined && parameter.required === true) {
    parameter.example = example;
  } else if (example !== undefined) {
    // Swagger UI fills its form with examples of parameters, which would ask for all filters at once.
    parameter.schema.examples = [example];
  }
  if (parameter.schema.type === 'array') {
    parameter.style = 'form';
    parameter.explode = false;
  }
}
