import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { OpsError } from './ops-error.js';
import type { Env } from './verb.js';

export interface StoredToken {
  readonly username: string;
  readonly access_token: string;
  readonly expires_at: string;
}

/** By address, so that no API is sent the token of another. */
type Tokens = Readonly<Record<string, StoredToken>>;

/** Where tokens are kept; only their owner may read it. */
function tokenFileOf(env: Env): string {
  const state = env['XDG_STATE_HOME'] ?? path.join(homedir(), '.local', 'state');
  return path.join(state, 'hangar-bay', 'tokens.json');
}

/** The token that is kept for an API, also where its time is over. */
export async function findToken(env: Env, address: string): Promise<StoredToken | undefined> {
  return (await readTokens(tokenFileOf(env)))[address];
}

/** @returns the file that it is in now. */
export async function keepToken(env: Env, address: string, token: StoredToken): Promise<string> {
  const file = tokenFileOf(env);
  await writeTokens(file, { ...(await readTokens(file)), [address]: token });
  return file;
}

export async function forgetToken(env: Env, address: string): Promise<void> {
  const file = tokenFileOf(env);
  const { [address]: _forgotten, ...others } = await readTokens(file);
  await writeTokens(file, others);
}

async function readTokens(file: string): Promise<Tokens> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Tokens;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return {};
    }
    const reason = (error as Error).message;
    throw new OpsError(`The tokens in ${file} cannot be read: ${reason}. Delete it, and sign in again.`);
  }
}

/** Moved into place, so that the file is whole, and nobody else's to read, at every moment. */
async function writeTokens(file: string, tokens: Tokens): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    throw new OpsError(
      `The token cannot be kept in ${file}: ${(error as Error).message}. --print does without.`,
    );
  }
}
