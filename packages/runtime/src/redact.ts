import { types } from 'node:util';
import { rememberNames } from './remember-names.js';

/** Secrets by the name of their field, whoever passes them. */
const SECRET_FIELD =
  /password|passwd|secret|token|authorization|cookie|credential|api_?key|private_?key|jwt|dsn/i;

/** What tells a person by the name of its field; who asks is told by `client_network` alone. */
const PERSONAL_FIELD =
  /^(ip|(client|remote)_?(ip|addr|address)|x-(forwarded-for|real-ip)|forwarded|e_?mail)$/i;

/** Secrets within a text, and what is left of each. */
const SECRETS_IN_TEXT: readonly (readonly [RegExp, string])[] = [
  // `redis://user:password@host`, `https://token@host`
  [/(:\/\/[^\s/:@]*:)[^\s/]+@/g, '$1[redacted]@'],
  [/(\bhttps?:\/\/)[^\s/:@?#]+@/gi, '$1[redacted]@'],
  // `Authorization: Bearer …`, `Basic …`
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{12,}/gi, '$1 [redacted]'],
  // JSON web tokens
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '[redacted]'],
  // `?access_token=…`, `password=…`
  [/\b([\w-]*(?:password|passwd|secret|token|api_?key|signature)=)[^\s&"',;]+/gi, '$1[redacted]'],
];

/** Something of which each of them has: most texts are done with one look. */
const MAY_HOLD_SECRET = /[@=]|bearer|basic|eyJ/i;

/** Deeper than any field of ours; what lies below is not written. */
const MAX_DEPTH = 8;
const MAX_TEXT = 8_000;
const MAX_ENTRIES = 50;
/** Values of one line. */
const MAX_VALUES = 500;

/** What is known while one line is cleaned. */
interface Visit {
  values: number;
  readonly above: Set<object>;
  readonly isHidden: (name: string) => boolean;
}

/**
 * Makes what copies fields as a log may hold them: no secrets or addresses of people, errors with their stacks and
 * causes, and of a size that fits a line whatever is passed.
 */
export function createRedactFields(): (fields: object) => Record<string, unknown> {
  const isHidden = rememberNames((name) => SECRET_FIELD.test(name) || PERSONAL_FIELD.test(name));
  return (fields) => cleanEntries(Object.entries(fields), { values: 0, above: new Set(), isHidden });
}

/** A text without the secrets that show by their form. */
export function redactText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
  if (!MAY_HOLD_SECRET.test(cut)) {
    return cut;
  }
  return SECRETS_IN_TEXT.reduce((rest, [secret, left]) => rest.replace(secret, left), cut);
}

function cleanEntries(
  entries: readonly (readonly [string, unknown])[],
  visit: Visit,
): Record<string, unknown> {
  const shown = entries.slice(0, MAX_ENTRIES).map(([name, value]) => [name, cleanField(name, value, visit)]);
  const more = entries.length - shown.length;
  return Object.fromEntries(more > 0 ? [...shown, ['…', `${more} more`]] : shown) as Record<string, unknown>;
}

function cleanField(name: string, value: unknown, visit: Visit): unknown {
  return visit.isHidden(name) && value !== undefined && value !== null ? '[redacted]' : clean(value, visit);
}

function clean(value: unknown, visit: Visit): unknown {
  visit.values += 1;
  if (typeof value === 'string') {
    return redactText(value);
  }
  if (typeof value === 'bigint') {
    return value.toString();
  }
  if (typeof value === 'function' || typeof value === 'symbol') {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (visit.above.has(value)) {
    return '[circular]';
  }
  if (visit.above.size >= MAX_DEPTH || visit.values > MAX_VALUES) {
    return '[left out]';
  }
  visit.above.add(value);
  const cleaned = cleanObject(value, visit);
  visit.above.delete(value);
  return cleaned;
}

function cleanObject(value: object, visit: Visit): unknown {
  if (isError(value)) {
    return cleanEntries(describeError(value), visit);
  }
  if (ArrayBuffer.isView(value)) {
    return `[${value.byteLength} bytes]`;
  }
  if (value instanceof Map) {
    return cleanEntries(
      [...value].map(([key, each]) => [String(key), each as unknown]),
      visit,
    );
  }
  if (Array.isArray(value) || value instanceof Set) {
    const all: unknown[] = [...value];
    const shown = all.slice(0, MAX_ENTRIES).map((each) => clean(each, visit));
    return all.length > shown.length ? [...shown, `${all.length - shown.length} more`] : shown;
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return clean((value.toJSON as () => unknown)(), visit);
  }
  return cleanEntries(Object.entries(value), visit);
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

/** Other fields of an error are left out: drivers and clients keep whole rows and requests in them. */
function describeError(error: Error): (readonly [string, unknown])[] {
  const code: unknown = 'code' in error ? error.code : undefined;
  return [
    ['name', error.name],
    ['message', error.message],
    ...(code === undefined ? [] : [['code', code] as const]),
    ['stack', error.stack],
    ...(error.cause === undefined ? [] : [['cause', error.cause] as const]),
    ...(error instanceof AggregateError ? [['errors', error.errors] as const] : []),
  ];
}
