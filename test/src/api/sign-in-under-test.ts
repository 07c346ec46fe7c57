import request, { type Test } from 'supertest';
import { PASSWORD, startApi, twoOperators, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';

export const LOGIN = '/api/v1/auth/login';
export const BOARD = '/admin/queues/';

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly refresh_expires_in: number;
}

/** An API that ada and vic may sign in to. */
export interface SignInUnderTest {
  readonly api: ApiUnderTest;
  readonly documented: DocumentedApi;
  /** Tries a password as somebody at an address. */
  readonly login: (username: string, password: string, address?: string) => Test;
  /** Signs in with the right password. */
  readonly tokensOf: (username: string) => Promise<Tokens>;
}

/** Starts an API on a database and queues that nobody else uses; `api.stop` ends it. */
export async function startSignIn(): Promise<SignInUnderTest> {
  // Behind a proxy on loopback, so that each test can come from an address of its own.
  const api = await startApi({ OPS_USERS: twoOperators(), TRUST_PROXY: 'loopback' });
  const documented = await readDocument(api.url);
  const login = (username: string, password: string, address = '192.0.2.1') =>
    request(api.url).post(LOGIN).set('X-Forwarded-For', address).send({ username, password });
  const tokensOf = async (username: string) => (await login(username, PASSWORD).expect(200)).body as Tokens;
  return { api, documented, login, tokensOf };
}
