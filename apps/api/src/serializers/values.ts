import { z } from 'zod';
import { INT32_MAX, INT53_MAX } from '../queries/limits.js';

/** An id below 2^31. */
export const smallId = z.int().min(1).max(INT32_MAX);

/** An id below 2^53. */
export const largeId = z.int().min(1).max(INT53_MAX);

/** ISK, with at most two decimals. */
export const isk = z.number().min(0);

export const count = z.int().min(0);

export const name = z.string().nullable().meta({ description: 'Null while it is not known' });

export const time = z.iso.datetime().meta({
  format: 'date-time',
  examples: ['2026-08-18T11:05:00Z'],
  description: 'ISO 8601, UTC, to the second',
});

/** `2026-08-18T11:05:00Z`: what ESI writes. */
export function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function formatOptionalTime(date: Date | null): string | null {
  return date === null ? null : formatTime(date);
}

export function toNumber(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
