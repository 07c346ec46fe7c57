import { expect, test } from '@jest/globals';
import { createHangarBayClient, isProblem } from './index.js';

function clientThat(answer: () => Response) {
  const asked: string[] = [];
  const client = createHangarBayClient({
    baseUrl: 'http://api.test',
    fetch({ url }) {
      asked.push(url);
      return Promise.resolve(answer());
    },
  });
  return { client, asked };
}

test('lists are written with commas, and empty ones are left out', async () => {
  const { client, asked } = clientThat(() => Response.json({}));
  const query = {
    region_id: [10000002, 10000043],
    type_id: [],
    q: 'a,b c',
    min_price: 0.5,
    for_corporation: true,
  };
  await client.GET('/api/v1/contracts', { params: { query } });
  expect(asked).toEqual([
    'http://api.test/api/v1/contracts?region_id=10000002,10000043&q=a%2Cb%20c&min_price=0.5&for_corporation=true',
  ]);
});

test('a problem is told from whatever else is answered on the way', async () => {
  const problem = { status: 404, error_code: 'not_found' };
  const path = '/api/v1/contracts/{contract_id}';
  const params = { path: { contract_id: 1 } };
  const ofApi = clientThat(() => Response.json(problem, { status: 404 }));
  const ofProxy = clientThat(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
  expect(isProblem((await ofApi.client.GET(path, { params })).error)).toBe(true);
  expect(isProblem((await ofProxy.client.GET(path, { params })).error)).toBe(false);
});
