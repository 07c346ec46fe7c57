import { expect } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import request, { type Response } from 'supertest';

type Json = Record<string, unknown>;

/** Checks answers against the OpenAPI document that the API itself gives; fields that it leaves out are errors too. */
export async function readDocument(url: string) {
  const { body } = (await request(url).get('/openapi.json').expect(200)) as { body: unknown };
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ ...(closeObjects(body) as Json), $id: 'openapi' });
  const compiled = new Map<string, ValidateFunction>();

  return {
    /** `path` as the document writes it. */
    expectDocumented(path: string, response: Response): void {
      const method = response.request.method.toLowerCase();
      const mediaType = String(response.headers['content-type']).split(';')[0] ?? '';
      const pointer = [
        'paths',
        path,
        method,
        'responses',
        String(response.status),
        'content',
        mediaType,
        'schema',
      ];
      const reference = `openapi#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
      const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
      compiled.set(reference, validate);
      validate(response.body);
      expect({ path, status: response.status, errors: validate.errors ?? [] }).toEqual({
        path,
        status: response.status,
        errors: [],
      });
    },
  };
}

export type DocumentedApi = Awaited<ReturnType<typeof readDocument>>;

/** The same document, in whose objects nothing may be that is not described. */
export function closeObjects(schema: unknown): unknown {
  if (Array.isArray(schema)) {
    return schema.map(closeObjects);
  }
  if (typeof schema !== 'object' || schema === null) {
    return schema;
  }
  const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closeObjects(value)]));
  return 'properties' in closed && closed['type'] === 'object'
    ? { ...closed, additionalProperties: false }
    : closed;
}
