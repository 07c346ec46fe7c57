import request, { type Response, type Test } from 'supertest';
import { PASSWORD } from './api-under-test.js';

export interface OperatorClient {
  readonly token: string;
  get(path: string): Test;
  post(path: string, body?: object): Test;
  put(path: string, body?: object): Test;
  delete(path: string): Test;
}

/** Somebody of OPS_USERS who asks the API as a program does; paths are below `/api/v1/admin`. */
export async function signInAs(url: string, username: string): Promise<OperatorClient> {
  const response = await request(url)
    .post('/api/v1/auth/login')
    .send({ username, password: PASSWORD })
    .expect(200);
  const token = (response.body as { access_token: string }).access_token;
  const ask = (method: 'get' | 'post' | 'put' | 'delete', path: string): Test =>
    request(url)[method](`/api/v1/admin${path}`).auth(token, { type: 'bearer' });
  return {
    token,
    get: (path) => ask('get', path),
    post: (path, body) => ask('post', path).send(body),
    put: (path, body) => ask('put', path).send(body),
    delete: (path) => ask('delete', path),
  };
}

type Row = Readonly<Record<string, unknown>>;

/** Whatever the routes of operators answer. */
export interface OperatorAnswer {
  readonly data: readonly Row[];
  readonly page: { readonly next_cursor: string | null };
  readonly reasons: readonly Row[];
  readonly error_code: string;
  readonly detail: string;
  readonly errors: readonly Row[];
}

export const bodyOf = (response: Response): OperatorAnswer => response.body as OperatorAnswer;
