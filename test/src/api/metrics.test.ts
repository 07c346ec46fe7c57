import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';

const TOKEN = 'a-token-of-the-metrics';

let open: ApiUnderTest;
let guarded: ApiUnderTest;

beforeAll(async () => {
  [open, guarded] = await Promise.all([
    startApi(),
    startApi({ METRICS_TOKEN: TOKEN, TRUST_PROXY: 'loopback' }),
  ]);
});

afterAll(async () => {
  await Promise.all([open.stop(), guarded.stop()]);
});

describe('/metrics', () => {
  test('answers its own machine where there is no token', async () => {
    const { headers, text } = await request(open.url).get('/metrics').expect(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('process_cpu_seconds_total');
  });

  test.each(['X-Forwarded-For', 'Forwarded'])(
    'does not answer whom a proxy brings along (%s)',
    async (header) => {
      const refused = await request(open.url).get('/metrics').set(header, 'for=127.0.0.1').expect(403);
      expect(refused.body).toMatchObject({ error_code: 'metrics_refused' });
    },
  );

  test('wants the token where there is one', async () => {
    await request(guarded.url).get('/metrics').set('Authorization', `Bearer ${TOKEN}`).expect(200);
    for (const authorization of ['', 'Bearer x', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
      const { headers } = await request(guarded.url)
        .get('/metrics')
        .set('Authorization', authorization)
        .expect(401);
      expect(headers['www-authenticate']).toBe('Bearer');
    }
  });

  test('tells the duration of requests by the pattern of their route', async () => {
    await request(open.url).get('/api/v1/contracts/1').expect(404);
    await request(open.url).get('/api/v1/contracts/2').expect(404);
    await request(open.url).get('/api/v1/contracts/x').expect(400);
    await request(open.url).get('/nothing/3').expect(404);
    await request(open.url).get('/nothing/4').expect(404);
    const { text } = await request(open.url).get('/metrics').expect(200);
    const counts = text
      .split('\n')
      .filter((line) => line.startsWith('hangar_bay_http_request_duration_seconds_count'));
    expect(counts).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/method="GET",route="\/api\/v1\/contracts\/\{contract_id\}",status="404"\} 2$/),
        expect.stringMatching(/method="GET",route="\/api\/v1\/contracts\/\{contract_id\}",status="400"\} 1$/),
        expect.stringMatching(/method="GET",route="unmatched",status="404"\} 2$/),
      ]),
    );
  });

  test('tells the connections to the database', async () => {
    await request(open.url).get('/api/v1/regions').expect(200);
    const { text } = await request(open.url).get('/metrics').expect(200);
    expect(text).toMatch(/^hangar_bay_db_pool_connections\{state="idle"\} [1-9]/m);
    expect(text).toMatch(/^hangar_bay_db_pool_connections\{state="busy"\} 0/m);
    expect(text).toMatch(/^hangar_bay_db_pool_connections\{state="waiting"\} 0/m);
  });
});
