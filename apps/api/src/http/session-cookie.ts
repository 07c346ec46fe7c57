import type { CookieOptions, Response } from 'express';
import type { SessionTokens } from '../auth/sessions.js';

export const SESSION_COOKIE = 'hangar_bay_session';
export const REFRESH_COOKIE = 'hangar_bay_refresh';

/** The only routes that a refresh token is sent to. */
const REFRESH_PATH = '/api/v1/auth';

/** Gives a browser what its session lives on; scripts do not see it, and other sites' requests do not carry it. */
export function setSessionCookies(response: Response, nodeEnv: string, tokens: SessionTokens): void {
  response
    .cookie(SESSION_COOKIE, tokens.accessToken, {
      ...attributesOf(nodeEnv, '/'),
      maxAge: tokens.accessSeconds * 1000,
    })
    .cookie(REFRESH_COOKIE, tokens.refreshToken, {
      ...attributesOf(nodeEnv, REFRESH_PATH),
      maxAge: tokens.refreshSeconds * 1000,
    });
}

export function clearSessionCookies(response: Response, nodeEnv: string): void {
  response
    .clearCookie(SESSION_COOKIE, attributesOf(nodeEnv, '/'))
    .clearCookie(REFRESH_COOKIE, attributesOf(nodeEnv, REFRESH_PATH));
}

/** In development the API is on plain http, where browsers drop a Secure cookie. */
function attributesOf(nodeEnv: string, path: string): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', secure: nodeEnv !== 'development', path };
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
