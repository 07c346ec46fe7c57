import { createHangarBayClient, isProblem, type HangarBayClient } from '@hangar-bay/api-client';
import { readAddress } from './api-address.js';
import { EXIT, OpsError } from './ops-error.js';
import { findToken } from './token-file.js';
import type { Env } from './verb.js';

/** Longer than the API lets an operator's request take. */
const TIMEOUT_MS = 15_000;

export interface Connection {
  readonly address: string;
  readonly client: HangarBayClient;
}

/** An API that nobody is signed in at. */
export function connect(url: string | undefined, env: Env): Connection {
  return open(readAddress(url, env));
}

/** An API with the token that is kept for it, or HANGAR_BAY_TOKEN. @throws OpsError where there is none. */
export async function connectSignedIn(url: string | undefined, env: Env): Promise<Connection> {
  const address = readAddress(url, env);
  const token = env['HANGAR_BAY_TOKEN'] ?? (await findToken(env, address))?.access_token;
  if (token === undefined) {
    throw notSignedIn(address, 'Nobody is signed in');
  }
  return open(address, { Authorization: `Bearer ${token}` });
}

function open(address: string, headers: Record<string, string> = {}): Connection {
  return {
    address,
    client: createHangarBayClient({ baseUrl: address, headers, fetch: fetchInTime(address) }),
  };
}

const fetchInTime =
  (address: string) =>
  async (request: Request): Promise<Response> => {
    try {
      return await fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      throw unreachable(address, error);
    }
  };

/** What openapi-fetch resolves with. */
interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer. @throws OpsError that says what the API had against it. */
export async function ask<Data>(
  { address }: Connection,
  asked: Promise<Answer<Data>>,
): Promise<NonNullable<Data>> {
  const { data, error, response } = await settle(address, asked);
  if (response.ok && data !== undefined && data !== null) {
    return data;
  }
  throw explain(address, error, response);
}

/** The same where the answer has nothing in it. */
export async function askForNothing({ address }: Connection, asked: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await settle(address, asked);
  if (!response.ok) {
    throw explain(address, error, response);
  }
}

/** @throws OpsError where the body breaks off, or is none. */
async function settle<Data>(address: string, asked: Promise<Answer<Data>>): Promise<Answer<Data>> {
  try {
    return await asked;
  } catch (error) {
    throw error instanceof OpsError ? error : unreachable(address, error);
  }
}

function explain(address: string, error: unknown, response: Response): OpsError {
  if (!isProblem(error)) {
    return new OpsError(
      `What is at ${address} answered ${response.status}, and is no Hangar Bay of this version.`,
    );
  }
  if (error.error_code === 'not_signed_in' || error.error_code === 'session_ended') {
    return notSignedIn(address, 'The sign-in is not good any more');
  }
  const exitCode = error.error_code === 'wrong_credentials' ? EXIT.notSignedIn : EXIT.failed;
  return new OpsError(`${error.title}: ${error.detail} (request ${error.request_id})`, exitCode);
}

function notSignedIn(address: string, what: string): OpsError {
  return new OpsError(`${what} at ${address}. Sign in with "ops token --url ${address}".`, EXIT.notSignedIn);
}

function unreachable(address: string, error: unknown): OpsError {
  const { name, message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  const reason =
    name === 'TimeoutError'
      ? `no answer in ${TIMEOUT_MS / 1000} s`
      : (cause?.code ?? cause?.message ?? message);
  return new OpsError(
    `The API at ${address} does not answer: ${reason}. Is it running? --url or HANGAR_BAY_URL says where it is.`,
    EXIT.failed,
    { cause: error },
  );
}
