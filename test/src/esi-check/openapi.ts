import type { ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** The part of a JSON schema that is compared. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
}

interface Parameter {
  $ref?: string;
  name?: string;
  in?: string;
  required?: boolean;
}

interface Operation {
  parameters?: Parameter[];
  responses?: Record<string, { content?: Record<string, { schema?: JsonSchema }> }>;
}

export interface OpenApiDocument {
  info: { version?: string };
  paths: Record<string, Record<string, Operation>>;
}

export interface Spec {
  version: string;
  hasRoute(route: string, method: string): boolean;
  /** Names of the parameters that a request must carry. */
  requiredParameters(route: string, method: string): string[];
  /** The schema of a 200 answer, references resolved one step at a time with `resolve`. */
  answerSchema(route: string, method: string): JsonSchema | undefined;
  resolve(schema: JsonSchema): JsonSchema;
  /** What is wrong with an answer, in ESI's eyes; with `strict`, fields that the document does not know too. */
  findFaults(route: string, method: string, answer: unknown, strict: boolean): string[];
}

/** Reads ESI's OpenAPI 3.1 document. */
export function createSpec(document: OpenApiDocument): Spec {
  const lenient = createAjv(document);
  const strict = createAjv(closeObjects(document) as OpenApiDocument);

  const operationOf = (route: string, method: string): Operation | undefined =>
    document.paths[route]?.[method];

  function lookUp(reference: string): unknown {
    const steps = reference.replace(/^#\//, '').split('/').map(unescapePointer);
    return steps.reduce<unknown>(
      (node, step) => (node as Record<string, unknown> | undefined)?.[step],
      document,
    );
  }

  function resolve(schema: JsonSchema): JsonSchema {
    return schema.$ref === undefined ? schema : resolve(lookUp(schema.$ref) ?? {});
  }

  return {
    version: document.info.version ?? 'unknown',
    hasRoute: (route, method) => operationOf(route, method) !== undefined,
    requiredParameters: (route, method) =>
      (operationOf(route, method)?.parameters ?? [])
        .map((parameter) =>
          parameter.$ref === undefined ? parameter : (lookUp(parameter.$ref) as Parameter),
        )
        .filter((parameter) => parameter.required === true)
        .map((parameter) => parameter.name ?? ''),
    answerSchema: (route, method) => {
      const schema = operationOf(route, method)?.responses?.['200']?.content?.['application/json']?.schema;
      return schema === undefined ? undefined : resolve(schema);
    },
    resolve,
    findFaults: (route, method, answer, isStrict) => {
      const pointer = ['paths', route, method, 'responses', '200', 'content', 'application/json', 'schema'];
      const reference = `esi#/${pointer.map(escapePointer).join('/')}`;
      const validate = (isStrict ? strict : lenient).getSchema(reference);
      if (validate === undefined) {
        return ['the document has no schema for a 200 answer'];
      }
      return validate(answer) === true ? [] : (validate.errors ?? []).map(describeError);
    },
  };
}

function createAjv(document: OpenApiDocument): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'esi');
  return ajv;
}

/** A copy in which an object holds nothing but the properties that its schema names. */
function closeObjects(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(closeObjects);
  }
  if (typeof node !== 'object' || node === null) {
    return node;
  }
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closeObjects(value)]));
  const isObjectSchema = copy['type'] === 'object' && copy['properties'] !== undefined;
  return isObjectSchema && copy['additionalProperties'] === undefined
    ? { ...copy, additionalProperties: false }
    : copy;
}

/** Rows are not counted: what is wrong with row 3 is wrong with the route. */
function describeError({ instancePath, message, params }: ErrorObject): string {
  const field =
    instancePath.replaceAll(/\/\d+/g, '[]').replaceAll('/', '.').replace(/^\./, '') || 'the answer';
  const detail = 'additionalProperty' in params ? `: ${String(params['additionalProperty'])}` : '';
  return `${field} ${message ?? 'is not valid'}${detail}`;
}

function escapePointer(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function unescapePointer(step: string): string {
  return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
}
