import { describe, expect, test } from '@jest/globals';
import { ESI_ROUTES } from '@hangar-bay/domain';
import { z } from 'zod';
import { checkAnswers } from './check-answers.js';
import { checkClient } from './check-client.js';
import { createSpec, type JsonSchema, type OpenApiDocument } from './openapi.js';

const LIST = '/contracts/public/{region_id}';

/** A document that says exactly what the client assumes, with one row schema of the list changed. */
function documentWith(
  change: (row: Required<Pick<JsonSchema, 'properties' | 'required'>>) => void,
): OpenApiDocument {
  const paths = Object.entries(ESI_ROUTES).map(([route, { method, answer }]) => {
    const schema = z.toJSONSchema(answer, { io: 'input' }) as JsonSchema;
    if (route === LIST) {
      change(schema.items as Required<Pick<JsonSchema, 'properties' | 'required'>>);
    }
    return [route, { [method]: { responses: { 200: { content: { 'application/json': { schema } } } } } }];
  });
  return { info: {}, paths: Object.fromEntries(paths) as OpenApiDocument['paths'] };
}

const driftsOf = (document: OpenApiDocument): string[] =>
  checkClient(createSpec(document)).flatMap((check) =>
    check.drifts.map((drift) => `${check.route} ${drift}`),
  );

describe('the client against the document of ESI', () => {
  test('agrees with a document that says what it assumes', () => {
    expect(driftsOf(documentWith(() => undefined))).toEqual([]);
  });

  test('notices a field that has another name', () => {
    const document = documentWith(({ properties }) => {
      properties['value'] = properties['price'] ?? {};
      delete properties['price'];
    });
    expect(driftsOf(document)).toEqual([
      `${LIST} [].price: the document has no such field, the client reads it`,
    ]);
  });

  test('notices another type', () => {
    const document = documentWith(({ properties }) => {
      properties['price'] = { type: 'string' };
    });
    expect(driftsOf(document)).toEqual([
      `${LIST} [].price: the document says string, the client assumes number`,
    ]);
  });

  test('notices that a field can be null', () => {
    const document = documentWith(({ properties }) => {
      properties['title'] = { type: ['string', 'null'] };
    });
    expect(driftsOf(document)).toEqual([
      `${LIST} [].title: the document says null, the client assumes string`,
    ]);
  });

  test('notices a new enum value', () => {
    const document = documentWith(({ properties }) => {
      properties['type']?.enum?.push('lease');
    });
    expect(driftsOf(document)).toEqual([expect.stringContaining('[].type: the document also says lease')]);
  });

  test('notices that a field it needs has become optional', () => {
    const document = documentWith(({ required }) => {
      required.splice(required.indexOf('issuer_id'), 1);
    });
    expect(driftsOf(document)).toEqual([
      `${LIST} [].issuer_id: the document says optional, the client assumes required`,
    ]);
  });

  test('notices a route that is gone, and a parameter that has become required', () => {
    const document = documentWith(() => undefined);
    delete document.paths['/universe/regions'];
    const names = document.paths['/universe/names']?.['post'] ?? {};
    names.parameters = [{ name: 'tenant', in: 'query', required: true }];
    expect(driftsOf(document)).toEqual([
      '/universe/regions the document has no GET of this route, the client uses it',
      '/universe/names tenant: the document requires this parameter, the client does not send it',
    ]);
  });
});

describe('answers against the document and the client', () => {
  const spec = createSpec(documentWith(() => undefined));
  const row = { bid_id: 1, amount: 5, date_bid: '2026-09-01T12:00:00Z' };
  const route = '/contracts/public/bids/{contract_id}';

  test('accepts what both allow', () => {
    expect(checkAnswers(spec, 'test', { route, answers: [[row], []] }, true).drifts).toEqual([]);
  });

  test('names each fault once, with its field', () => {
    const bad = { ...row, amount: '5' };
    expect(checkAnswers(spec, 'test', { route, answers: [[bad, bad]] }, false).drifts).toEqual([
      '[].amount must be number, says the document',
      "[].amount: Invalid input: expected number, received string, says the client's schema",
    ]);
  });

  test('refuses made-up fields where it is told to', () => {
    const answers = [[{ ...row, bidder: 'somebody' }]];
    expect(checkAnswers(spec, 'test', { route, answers }, false).drifts).toEqual([]);
    expect(checkAnswers(spec, 'test', { route, answers }, true).drifts).toEqual([
      expect.stringContaining('must NOT have additional properties: bidder'),
    ]);
  });
});
