import type { Clock } from './clock.js';

const DAY = 86_400_000;
/** ESI's static routes expire at 11:05 UTC, when the daily downtime is over. */
const REFRESHED_AT = (11 * 60 + 5) * 60_000;

/** When static answers were made and when they expire, in virtual milliseconds. */
export function dailyLife(clock: Clock): { lastModified: number; expiresAt: number } {
  const lastModified = Math.floor((clock.now() - REFRESHED_AT) / DAY) * DAY + REFRESHED_AT;
  return { lastModified, expiresAt: lastModified + DAY };
}
