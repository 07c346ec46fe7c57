import { beforeAll, describe, expect, test } from '@jest/globals';
import { createOpenApiDocument } from '@hangar-bay/api';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { closeObjects } from '../api/documented-answer.js';
import { compareWithCommitted, describeComparison } from './generated-files.js';
import { lintDocument } from './lint-document.js';

interface Example {
  readonly $ref?: string;
  readonly value?: unknown;
}

interface Described {
  readonly description?: string;
  readonly schema: { readonly type?: unknown; readonly examples?: readonly unknown[] };
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, Example>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly (Described & { readonly name: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Described>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Described>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly examples: Readonly<Record<string, Example>>;
    readonly headers: Readonly<Record<string, Described>>;
  };
}

const document = JSON.parse(JSON.stringify(createOpenApiDocument())) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.values(methods).map((operation) => ({ path, ...operation })),
);

test("Redocly's linter finds nothing", async () => {
  expect(await lintDocument(document)).toEqual([]);
});

test("Redocly's linter would find something", async () => {
  const { paths, ...others } = document;
  const [[path, { get }]] = Object.entries(paths) as [[string, { get: Operation }]];
  const findings = await lintDocument({ ...others, paths: { [path]: { get: { ...get, responses: {} } } } });
  expect(findings).toEqual(expect.arrayContaining([expect.stringContaining('operation-2xx-response')]));
});

test('the committed document and the types of the client are what the code gives', async () => {
  const comparison = await compareWithCommitted();
  expect(describeComparison(comparison)).toBe(
    describeComparison({ outdated: [], breaking: [], compatible: [] }),
  );
}, 30_000);

describe('examples', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const described: { readonly where: string; readonly of: Described }[] = [];

  beforeAll(() => {
    formats.default(ajv);
    ajv.addSchema({ ...(closeObjects(document) as object), $id: 'openapi' });
    for (const { operationId, parameters = [], requestBody, responses } of operations) {
      described.push(...parameters.map((of) => ({ where: `${operationId} ${of.name}`, of })));
      const contents = [
        ['body', requestBody?.content] as const,
        ...Object.entries(responses).map(([status, { content }]) => [status, content] as const),
      ];
      for (const [what, content = {}] of contents) {
        described.push(...Object.values(content).map((of) => ({ where: `${operationId} ${what}`, of })));
      }
    }
    described.push(...Object.entries(document.components.headers).map(([where, of]) => ({ where, of })));
  });

  test('are there for each parameter, body, answer, problem and header', () => {
    const without = described.filter(({ of }) => valuesOf(of).length === 0);
    expect(without.map(({ where }) => where)).toEqual([]);
  });

  test('are what their schemas say', () => {
    const wrong = described.flatMap(({ where, of }) => {
      const validate = ajv.compile(withAbsoluteReferences(of.schema));
      return valuesOf(of).flatMap((value) =>
        validate(value) ? [] : [{ where, value, errors: validate.errors }],
      );
    });
    expect(wrong).toEqual([]);
  });

  test('of problems have the status that they stand for', () => {
    for (const { responses } of operations) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        const problems = Object.entries(content['application/problem+json']?.examples ?? {});
        for (const [code, example] of problems) {
          const { value } = resolve(example);
          expect(value).toMatchObject({
            error_code: code,
            ...(status !== 'default' && { status: Number(status) }),
          });
        }
      }
    }
  });
});

test('every operation and parameter is described, and every route below /api tells its problems', () => {
  for (const { path, operationId, summary, parameters = [], responses } of operations) {
    expect({ operationId, summary }).toEqual({ operationId, summary: expect.stringMatching(/^\S.{5,}/) });
    expect(parameters.filter(({ description = '' }) => description === '')).toEqual([]);
    expect(Object.values(responses).filter(({ description }) => description === '')).toEqual([]);
    const expected = path.startsWith('/api/') ? ['400', '429', '503', 'default'] : ['default'];
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(expected));
    expect(Object.keys(responses).includes('404')).toBe(/\{\w+\}/.test(path));
  }
});

test('lists are said to take commas', () => {
  const lists = operations.flatMap(({ parameters = [] }) =>
    parameters.filter(({ schema }) => schema.type === 'array'),
  );
  expect(lists.length).toBeGreaterThan(20);
  expect(lists.filter((list) => !('explode' in list) || list.explode !== false)).toEqual([]);
});

function valuesOf({ example, examples = {}, schema }: Described): unknown[] {
  return [
    ...(example === undefined ? [] : [example]),
    ...(schema.examples ?? []),
    ...Object.values(examples).map((one) => resolve(one).value),
  ];
}

const resolve = (example: Example): Example =>
  document.components.examples[example.$ref?.split('/').at(-1) ?? ''] ?? example;

/** Those of a part, compiled by itself. */
const withAbsoluteReferences = (schema: object): object =>
  JSON.parse(JSON.stringify(closeObjects(schema)).replaceAll('"#/', '"openapi#/')) as object;
