import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { createEsiClient } from './client.js';
import { CLIENT_OPTIONS, ESI, useNockedEsi } from './nocked-esi.test-setup.js';

const OPTIONS = { ...CLIENT_OPTIONS, maxWaitSeconds: 2 };
const GROUP = { group_id: 25, name: 'Frigate', category_id: 6 };

const esi = useNockedEsi(OPTIONS);

function getGroup(client = esi, signal?: AbortSignal) {
  return client.getResource('/universe/groups/{group_id}', 25, signal);
}

function groupRoute(): nock.Interceptor {
  return nock(ESI).get('/universe/groups/25');
}

describe('every request', () => {
  test('says who asks, for which date of ESI, and in which language', async () => {
    const scope = nock(ESI, {
      reqheaders: {
        'user-agent': OPTIONS.userAgent,
        'x-compatibility-date': '2026-08-04',
        'accept-language': 'en',
        accept: 'application/json',
      },
      badheaders: ['if-none-match'],
    })
      .get('/universe/groups/25')
      .reply(200, GROUP);
    expect((await getGroup()).value).toEqual(GROUP);
    expect(scope.isDone()).toBe(true);
  });

  test('says so again when it is repeated', async () => {
    const reqheaders = { 'user-agent': OPTIONS.userAgent, 'x-compatibility-date': '2026-08-04' };
    nock(ESI, { reqheaders })
      .get('/universe/groups/25')
      .reply(503)
      .get('/universe/groups/25')
      .reply(200, GROUP);
    expect((await getGroup()).value).toEqual(GROUP);
  });

  test('takes a gzipped answer', async () => {
    groupRoute().reply(200, gzipSync(JSON.stringify(GROUP)), {
      'content-encoding': 'gzip',
      'content-type': 'application/json',
    });
    expect((await getGroup()).value).toEqual(GROUP);
  });
});

describe('what passes by itself', () => {
  test.each([500, 502, 503, 504, 520])('is asked again: %i', async (status) => {
    groupRoute().times(3).reply(status, { error: 'busy' });
    groupRoute().reply(200, GROUP);
    expect((await getGroup()).value).toEqual(GROUP);
  });

  test.each(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN'])(
    'is asked again: %s',
    async (code) => {
      groupRoute().replyWithError(Object.assign(new Error(code), { code }));
      groupRoute().reply(200, GROUP);
      expect((await getGroup()).value).toEqual(GROUP);
    },
  );

  test('is asked again: a page of HTML with status 200', async () => {
    groupRoute().reply(200, '<html>maintenance</html>', { 'content-type': 'text/html' });
    groupRoute().reply(200, GROUP);
    expect((await getGroup()).value).toEqual(GROUP);
  });

  test('is given up after four attempts, with the status', async () => {
    const scope = groupRoute()
      .times(5)
      .reply(502, '<html>Bad Gateway</html>', { 'content-type': 'text/html' });
    await expect(getGroup()).rejects.toMatchObject({ name: 'EsiError', kind: 'status', status: 502 });
    expect(scope.pendingMocks()).toHaveLength(1);
    expect(timesLeft(scope)).toBe(1);
  });

  test('is given up as a network error where no whole answer ever came', async () => {
    groupRoute()
      .times(4)
      .replyWithError(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    await expect(getGroup()).rejects.toMatchObject({
      kind: 'network',
      route: '/universe/groups/{group_id}',
      message: expect.stringContaining('ECONNRESET'),
    });
  });

  test('is given up as a network error where every answer is HTML', async () => {
    groupRoute().times(4).reply(200, '<html></html>', { 'content-type': 'text/html' });
    await expect(getGroup()).rejects.toMatchObject({ kind: 'network' });
  });
});

describe('an answer that would be the same again', () => {
  test.each([400, 401, 403, 404, 422, 301, 204])('is asked for once: %i', async (status) => {
    groupRoute().reply(status, status === 204 ? undefined : { error: 'no' });
    groupRoute().reply(200, GROUP);
    await expect(getGroup()).rejects.toMatchObject({ kind: 'status', status });
  });

  test('is asked for once: a 404 with a body of HTML', async () => {
    groupRoute().reply(404, '<html>Not found</html>', { 'content-type': 'text/html' });
    groupRoute().reply(200, GROUP);
    await expect(getGroup()).rejects.toMatchObject({ status: 404 });
  });

  test('is asked for once: JSON of another shape', async () => {
    groupRoute().reply(200, { ...GROUP, category_id: '6' });
    groupRoute().reply(200, GROUP);
    await expect(getGroup()).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('category_id'),
    });
  });

  test('does not send the caller elsewhere: a redirect is not followed', async () => {
    const elsewhere = nock('https://elsewhere.example').get('/').reply(200, GROUP);
    groupRoute().reply(302, '', { location: 'https://elsewhere.example/' });
    await expect(getGroup()).rejects.toMatchObject({ status: 302 });
    expect(elsewhere.isDone()).toBe(false);
  });
});

describe("ESI's limits", () => {
  test.each([
    [420, { 'x-esi-error-limit-reset': '1' }],
    [429, { 'retry-after': '1' }],
  ])('%i is waited for and asked again', async (status, headers) => {
    const own = createEsiClient(OPTIONS);
    groupRoute().reply(status, { error: 'limited' }, headers);
    groupRoute().reply(200, GROUP);
    const started = performance.now();
    expect((await getGroup(own)).value).toEqual(GROUP);
    expect(performance.now() - started).toBeGreaterThan(900);
    await own.close();
  });

  test('a wait longer than a worker may be held gives the request back as paused, unsent', async () => {
    const own = createEsiClient(OPTIONS);
    groupRoute().reply(420, { error: 'limited' }, { 'x-esi-error-limit-reset': '45' });
    const next = groupRoute().reply(200, GROUP);
    await expect(getGroup(own)).rejects.toMatchObject({ name: 'EsiError', kind: 'paused' });
    const error: unknown = await getGroup(own).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'paused', route: '/universe/groups/{group_id}' });
    expect((error as { waitMs: number }).waitMs).toBeGreaterThan(44_000);
    expect((error as { waitMs: number }).waitMs).toBeLessThanOrEqual(45_000);
    expect(next.isDone()).toBe(false);
    await own.close();
  });

  test('a wait does not use up the time of the attempt after it', async () => {
    const own = createEsiClient({ ...OPTIONS, timeoutMs: 900 });
    groupRoute().reply(429, {}, { 'retry-after': '1' });
    groupRoute().reply(503);
    groupRoute().reply(200, GROUP);
    expect((await getGroup(own)).value).toEqual(GROUP);
    await own.close();
  });

  test('few errors left stop the next request too, whatever the route', async () => {
    const own = createEsiClient(OPTIONS);
    groupRoute().reply(200, GROUP, { 'x-esi-error-limit-remain': '3', 'x-esi-error-limit-reset': '30' });
    await getGroup(own);
    await expect(own.getContractItems(1)).rejects.toMatchObject({ kind: 'paused' });
    await own.close();
  });
});

describe('a stop of the process', () => {
  test('ends a wait for the limits with the reason of the stop', async () => {
    const own = createEsiClient({ ...OPTIONS, maxWaitSeconds: 60 });
    groupRoute().reply(420, {}, { 'x-esi-error-limit-reset': '50' });
    const controller = new AbortController();
    const answer = getGroup(own, controller.signal);
    const reason = new Error('stopping');
    setImmediate(() => controller.abort(reason));
    await expect(answer).rejects.toBe(reason);
    await own.close();
  });

  test('sends nothing any more', async () => {
    const scope = groupRoute().reply(200, GROUP);
    const reason = new Error('stopping');
    await expect(getGroup(esi, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(scope.isDone()).toBe(false);
  });
});

/** How often the one mock of a scope can still answer. */
function timesLeft(scope: nock.Scope): number {
  return (scope as unknown as { interceptors: { counter: number }[] }).interceptors[0]?.counter ?? 0;
}
