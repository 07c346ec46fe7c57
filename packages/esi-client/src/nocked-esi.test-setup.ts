import { afterAll, afterEach, beforeAll } from '@jest/globals';
import nock from 'nock';
import { createEsiClient, type EsiClient, type EsiClientOptions } from './client.js';

export const ESI = 'https://esi.example';

/** Fast, and never held back by its own rate. */
export const CLIENT_OPTIONS: EsiClientOptions = {
  baseUrl: ESI,
  userAgent: 'hangar-bay-test (https://example.org/contact)',
  compatibilityDate: '2026-08-04',
  timeoutMs: 5_000,
  retryDelayMs: 1,
  maxRequestsPerSecond: 10_000,
  maxWaitSeconds: 1,
};

/** For the tests of a file: only what nock answers can be reached, and what one test leaves is gone in the next. */
export function useNockedEsi(options: Partial<EsiClientOptions> = {}): EsiClient {
  const esi = createEsiClient({ ...CLIENT_OPTIONS, ...options });
  beforeAll(() => nock.disableNetConnect());
  afterEach(() => nock.cleanAll());
  afterAll(async () => {
    await esi.close();
    nock.restore();
  });
  return esi;
}
