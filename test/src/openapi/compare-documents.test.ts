import { describe, expect, test } from '@jest/globals';
import { compareDocuments, type OpenApiDocument } from './compare-documents.js';
import type { Schema } from './compare-schemas.js';

const string = { type: 'string' };

/** A document with one list, but for what is said otherwise. */
function documentWith({
  query = { type: 'array', items: string },
  parameter = {},
  row = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] },
  operation = {},
  body,
  paths = {},
}: {
  readonly query?: Schema;
  readonly parameter?: object;
  readonly row?: Schema;
  readonly operation?: object;
  readonly body?: object;
  readonly paths?: OpenApiDocument['paths'];
} = {}): OpenApiDocument {
  const get = {
    operationId: 'listRows',
    parameters: [{ name: 'kind', in: 'query', schema: query, ...parameter }],
    responses: {
      200: {
        headers: { ETag: {} },
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: { data: { type: 'array', items: { $ref: '#/components/schemas/Row' } } },
            },
          },
        },
      },
    },
    ...(body === undefined ? {} : { requestBody: body }),
    ...operation,
  };
  return { paths: { '/rows': { get }, ...paths }, components: { schemas: { Row: row } } };
}

type Options = Parameters<typeof documentWith>[0];

const compare = (before: Options, after: Options) =>
  compareDocuments(documentWith(before), documentWith(after));

const breaking = (...lines: string[]) => ({ breaking: lines, compatible: [] });
const compatible = (...lines: string[]) => ({ breaking: [], compatible: lines });

const rowOf = (properties: Record<string, Schema>, required = Object.keys(properties)): Options => ({
  row: { type: 'object', properties, required },
});

const jsonBody = (schema: Schema, required = true): Options => ({
  body: { required, content: { 'application/json': { schema } } },
});

test('texts and examples change nothing', () => {
  const described = { ...string, description: 'another text', examples: ['a'] };
  expect(compare({ query: string }, { query: described, operation: { summary: 'other' } })).toEqual(
    breaking(),
  );
});

describe('operations', () => {
  const more = { paths: { '/more': { get: {}, post: {} } } };

  test('that go break, that come do not', () => {
    expect(compare(more, {})).toEqual(breaking('/more: is gone'));
    expect(compare({}, more)).toEqual(compatible('/more: is new'));
    expect(compare(more, { paths: { '/more': { get: {} } } })).toEqual(breaking('/more post: is gone'));
  });

  test('break where they get another name, lose an answer or a header', () => {
    expect(compare({}, { operation: { operationId: 'getRows' } })).toEqual(
      breaking('GET /rows: operationId was listRows, is getRows'),
    );
    expect(compare({}, { operation: { responses: { 200: {} } } })).toEqual(
      breaking('GET /rows 200 header ETag: is gone', 'GET /rows 200 application/json: is gone'),
    );
    expect(compare({ operation: { responses: { 200: {} } } }, { operation: { responses: {} } })).toEqual(
      breaking('GET /rows 200: is gone'),
    );
  });

  test('break where not everybody may ask any more', () => {
    const closed = { operation: { security: [{ bearer: [] }] } };
    expect(compare({}, closed).breaking).toEqual(['GET /rows with security none: is gone']);
    expect(compare(closed, { operation: { security: [{ bearer: [] }, { cookie: [] }] } })).toEqual(
      compatible('GET /rows with security cookie: is new'),
    );
  });
});

describe('parameters', () => {
  test('that go break, and new ones where they are required', () => {
    const none = { operation: { parameters: [] } };
    expect(compare({}, none)).toEqual(breaking('GET /rows query kind: is gone'));
    expect(compare(none, {})).toEqual(compatible('GET /rows query kind: is new'));
    expect(compare(none, { parameter: { required: true } })).toEqual(
      breaking('GET /rows query kind: is new and required'),
    );
    expect(compare({}, { parameter: { required: true } })).toEqual(
      breaking('GET /rows query kind: is required now'),
    );
    expect(compare({}, { parameter: { explode: false } })).toEqual(
      breaking('GET /rows query kind: is written in another way'),
    );
  });

  test.each<[string, Schema, Schema, 'breaking' | 'compatible', string]>([
    ['fewer values', { enum: ['a', 'b'] }, { enum: ['a'] }, 'breaking', 'is never ["b"] any more'],
    ['more values', { enum: ['a'] }, { enum: ['a', 'b'] }, 'compatible', 'can be ["b"] too'],
    ['values at all', string, { type: 'string', const: 'a' }, 'breaking', 'is one of ["a"] now'],
    ['a narrower type', { type: 'number' }, { type: 'integer' }, 'breaking', 'was number, is integer'],
    ['a wider type', { type: 'integer' }, { type: 'number' }, 'compatible', 'was integer, is number'],
    ['another type', string, { type: 'integer' }, 'breaking', 'was string, is integer'],
    ['a lower maximum', { maximum: 9 }, { maximum: 8 }, 'breaking', 'maximum was 9, is 8'],
    ['a higher maximum', { maximum: 9 }, { maximum: 10 }, 'compatible', 'maximum was 9, is 10'],
    ['a minimum', {}, { minLength: 2 }, 'breaking', 'minLength was none, is 2'],
    ['a lower minimum', { minLength: 2 }, { minLength: 1 }, 'compatible', 'minLength was 2, is 1'],
    ['another default', { default: 1 }, { default: 2 }, 'breaking', 'default was 1, is 2'],
    ['another pattern', { pattern: 'a' }, { pattern: 'b' }, 'breaking', 'pattern was "a", is "b"'],
    ['no pattern', { pattern: 'a' }, {}, 'compatible', 'pattern was "a", is none'],
  ])('with %s', (_, before, after, kind, what) => {
    const list = (items: Schema): Options => ({ query: { type: 'array', items } });
    const expected = kind === 'breaking' ? breaking : compatible;
    expect(compare({ query: before }, { query: after })).toEqual(expected(`GET /rows query kind: ${what}`));
    expect(compare(list(before), list(after))).toEqual(expected(`GET /rows query kind[]: ${what}`));
  });
});

describe('bodies', () => {
  const open = { type: 'object', properties: { a: string } };

  test('break where they or their properties become required, or go', () => {
    expect(compare(jsonBody(open, false), jsonBody(open))).toEqual(
      breaking('GET /rows body: is required now'),
    );
    expect(compare({}, jsonBody(open))).toEqual(breaking('GET /rows body: is new and required'));
    expect(compare(jsonBody(open), jsonBody({ ...open, required: ['a'] }))).toEqual(
      breaking('GET /rows body application/json a: is always there now'),
    );
    expect(compare(jsonBody(open), jsonBody({ ...open, properties: {} }))).toEqual(
      breaking('GET /rows body application/json a: is gone'),
    );
  });

  test('take new properties that are not required', () => {
    const wider = { ...open, properties: { a: string, b: string } };
    expect(compare(jsonBody(open), jsonBody(wider))).toEqual(
      compatible('GET /rows body application/json b: is new'),
    );
    expect(compare(jsonBody(open), jsonBody({ ...wider, required: ['b'] })).breaking).toEqual([
      'GET /rows body application/json b: is new and required',
    ]);
  });
});

describe('answers', () => {
  const id = { type: 'integer' };

  test('break where a property goes or can be left out', () => {
    expect(compare(rowOf({ id, name: string }), rowOf({ id }))).toEqual(
      breaking('Row in answers name: is gone'),
    );
    expect(compare(rowOf({ id }), rowOf({ id, name: string }))).toEqual(
      compatible('Row in answers name: is new'),
    );
    expect(compare(rowOf({ id }), rowOf({ id }, []))).toEqual(
      breaking('Row in answers id: can be left out now'),
    );
    expect(compare(rowOf({ id }, []), rowOf({ id }))).toEqual(
      compatible('Row in answers id: is always there now'),
    );
  });

  test('break where a type gets wider, and not where it gets narrower or has new values', () => {
    const nullable = { type: ['string', 'null'] };
    expect(compare(rowOf({ name: string }), rowOf({ name: nullable }))).toEqual(
      breaking('Row in answers name: was string, is null or string'),
    );
    expect(compare(rowOf({ name: nullable }), rowOf({ name: string }))).toEqual(
      compatible('Row in answers name: was null or string, is string'),
    );
    expect(compare(rowOf({ kind: { enum: ['a'] } }), rowOf({ kind: { enum: ['a', 'b'] } }))).toEqual(
      compatible('Row in answers kind: can be ["b"] too'),
    );
    expect(compare(rowOf({ at: string }), rowOf({ at: { ...string, format: 'date-time' } }))).toEqual(
      breaking('Row in answers at: format was none, is "date-time"'),
    );
    expect(compare(rowOf({ id: { ...id, maximum: 9 } }), rowOf({ id }))).toEqual(breaking());
  });

  test('may refer to a schema by another name', () => {
    const schema = { type: 'object', properties: { id }, required: ['id'] };
    const renamed = (name: string): OpenApiDocument => ({
      paths: {
        '/rows': {
          get: {
            responses: {
              200: { content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } },
            },
          },
        },
      },
      components: { schemas: { [name]: schema } },
    });
    expect(compareDocuments(renamed('Row'), renamed('Line'))).toEqual(breaking());
  });

  test('break where they are composed in another way', () => {
    expect(compare(rowOf({ id: { anyOf: [id, string] } }), rowOf({ id: { anyOf: [id] } }))).toEqual(
      breaking('Row in answers id: is composed in another way'),
    );
  });
});
