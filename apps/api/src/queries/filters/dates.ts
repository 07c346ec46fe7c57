import { sql, type Sql } from '@hangar-bay/database';
import { z } from 'zod';
import { filter, namesOf } from './filter.js';

/** RFC 3339, which OpenAPI calls date-time: any offset, either case, and leap seconds. */
const RFC_3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** Seconds since 1970; NaN where the text is no time. */
function readTime(text: string): number {
  const [match, day = '', minute = '', second = '', fraction = '', offset = ''] = RFC_3339.exec(text) ?? [];
  const start = Date.parse(`${day}T${minute}:00${offset.toUpperCase()}`);
  return match === undefined || !isDay(day) ? Number.NaN : start / 1000 + Number(`${second}${fraction}`);
}

/** The 30th of February would be read as a day of March. */
function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

const instant = z
  .string()
  .refine((text) => !Number.isNaN(readTime(text)), 'must be a time such as 2026-08-18T11:05:00Z');

function bound(column: Sql, operator: Sql, description: string) {
  return filter({
    schema: instant.optional().meta({ description, format: 'date-time', example: '2026-08-18T11:05:00Z' }),
    where: (text) => sql`${column} ${operator} to_timestamp(${readTime(text)}::float8)`,
  });
}

export const dateFilters = {
  issued_after: bound(sql`c.date_issued`, sql`>`, 'Issued later than this time'),
  issued_before: bound(sql`c.date_issued`, sql`<`, 'Issued earlier than this time'),
  expires_after: bound(sql`c.date_expired`, sql`>`, 'Expires later than this time'),
  expires_before: bound(sql`c.date_expired`, sql`<`, 'Expires earlier than this time'),
};

export const DATE_FILTERS = namesOf(dateFilters);
