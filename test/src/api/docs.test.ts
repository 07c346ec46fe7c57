import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';

let api: ApiUnderTest;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api.stop());

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, { readonly get: { readonly parameters: readonly Parameter[] } }>>;
}

interface Parameter {
  readonly name: string;
  readonly description: string;
}

test.each(['/api/v1/contracts', '/api/v1/contracts/ships'])(
  'the document describes every parameter of %s',
  async (list) => {
    const response = await request(api.url).get('/openapi.json').expect(200);
    const { openapi, paths } = response.body as Document;
    expect(openapi).toBe('3.1.0');
    const parameters = paths[list]?.get.parameters ?? [];
    expect(parameters.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['region_id', 'min_runs', 'q', 'status', 'sort', 'cursor', 'facets']),
    );
    expect(parameters.filter(({ description }) => description === '')).toEqual([]);
  },
);

test('the page loads its own files and nothing else', async () => {
  const { text, headers } = await request(api.url).get('/docs').expect(200);
  expect(headers['content-security-policy']).toContain("script-src 'self';");
  const assets = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, asset]) => asset as string);
  expect(assets.length).toBeGreaterThan(3);
  for (const asset of assets) {
    expect(asset).toMatch(/^\/docs\//);
    await request(api.url).get(asset).expect(200);
  }
});
