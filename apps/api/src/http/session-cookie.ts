import type { CookieOptions } from 'express';
import { SESSION_SECONDS } from '../auth/sessions.js';

export const SESSION_COOKIE = 'hangar_bay_session';

/** In development the API is on plain http, where browsers drop a Secure cookie. */
export function sessionCookieOptions(nodeEnv: string): CookieOptions {
  return {
    httpOnly: true,
    sameSite: 'strict',
    secure: nodeEnv !== 'development',
    path: '/',
    maxAge: SESSION_SECONDS * 1000,
  };
}

/** The first value of that name in a Cookie header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const prefix = `${name}=`;
  return header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(prefix))
    ?.slice(prefix.length);
}
