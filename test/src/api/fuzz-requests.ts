import fc from 'fast-check';

/** A parameter as the OpenAPI document describes it. */
export interface DocumentedParameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly schema: Schema;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly $ref?: string;
}

export interface DocumentedRoute {
  readonly path: string;
  readonly parameters: readonly DocumentedParameter[];
}

/** A request as it goes over the wire. */
export interface FuzzedRequest {
  /** As the document writes it. */
  readonly path: string;
  readonly method: string;
  /** Percent-encoded, or broken on purpose. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Texts that parsers, SQL or JavaScript could stumble over. */
const HOSTILE_TEXTS = [
  ...[
    "' OR 1=1 --",
    '"; DROP TABLE contracts; --',
    "\\'; SELECT pg_sleep(5); --",
    "1'::int",
    '$1',
    '{1,2}',
    'NULL',
  ],
  ...[
    '%',
    '_%\\',
    '\\',
    '((((((((',
    '.*',
    '<script>',
    '${7*7}',
    '{{7*7}}',
    '../../etc/passwd',
    '\r\nX-Evil: 1',
  ],
  ...[
    '__proto__',
    'constructor',
    'undefined',
    'null',
    'true',
    '[object Object]',
    '{"$gt":""}',
    '[[[[[[[[[[1]]]]]]]]]]',
  ],
  ...[
    '1e999',
    '-1e999',
    '1e-999',
    '-0',
    '0x10',
    '1_000',
    '٣',
    '１',
    'NaN',
    'Infinity',
    ' 1',
    '1 ',
    '+1',
    '01',
    '1.',
    '.5',
  ],
  ...[
    '9007199254740993',
    '2147483648',
    '-9223372036854775809',
    '9'.repeat(400),
    '1.' + '0'.repeat(300) + '1',
  ],
  ...['2026-13-45T99:99:99Z', '2026-08-18', '-271821-04-20T00:00:00Z', '9999-12-31T23:59:60+14:00'],
  ...['', ' ', ',', ',,,', '\u0000', 'ab\u0000', '\ufeff', '\u202e', '😀😀', 'a'.repeat(101), 'İı', 'ﬀ'],
  ...['e30.e30', 'eyJ2IjoxfQ.AAAA', '.', 'a.b.c', '=', 'A'.repeat(2_000)],
];

/** What no encoder writes: lone surrogates, overlong forms, bytes of no text, and percent signs that begin nothing. */
const BROKEN_ENCODINGS = [
  '%ED%A0%80',
  '%ED%A0%80%ED%B0%80',
  '%C0%AF',
  '%FF',
  '%',
  '%2',
  '%zz',
  '%u0041',
  '%F4%90%80%80',
];

const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'region_id[]',
  'price[gte]',
  'q[a][b][c][d]',
  '%00',
  '%FF',
  '',
];

const ODD_HEADERS: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['If-None-Match', ['*', '"', 'W/"x"', '"a", "b"', 'x'.repeat(4_000)]],
  ['If-Modified-Since', ['yesterday', 'Tue, 18 Aug 2026 11:05:00 GMT', '-1']],
  ['Accept', ['nonsense', 'text/html;q=', '*/*;q=9', 'application/xml']],
  ['Accept-Encoding', ['br;q=9, gzip;q=-1', 'identity;q=0, *;q=0', 'gzip, br', 'x']],
  ['Origin', ['null', 'https://evil.example', 'not an origin']],
  ['X-Forwarded-For', ['127.0.0.1', "' OR 1=1 --", '::::', ',,,']],
  ['X-Request-Id', ["x' OR 1=1", 'y'.repeat(5_000), 'ÿþ']],
  ['Authorization', ['Bearer', 'Bearer a.b.c', 'Basic ::::']],
  ['Cookie', ['hangar_bay_session=a.b.c', ';;;===', '__proto__=1']],
  ['Range', ['bytes=0-0', 'bytes=-']],
  ['Content-Length', ['0']],
];

const encoded = (text: string) => encodeURIComponent(text);

/** Values that only `fast-check` thinks of, and those of above. */
const hostileValue = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...HOSTILE_TEXTS).map(encoded) },
  { weight: 2, arbitrary: fc.constantFrom(...BROKEN_ENCODINGS) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }).map(encoded) },
  { weight: 1, arbitrary: fc.double().map(String).map(encoded) },
  { weight: 1, arbitrary: fc.bigInt().map(String) },
);

/** Requests of the routes: most of them legal, or legal but for one thing. */
export function fuzzedRequest(
  routes: readonly DocumentedRoute[],
  knownCursors: readonly string[],
): fc.Arbitrary<FuzzedRequest> {
  return fc.oneof(
    ...routes.map((route) => ({
      weight: 1 + route.parameters.length,
      arbitrary: requestOf(route, knownCursors),
    })),
  );
}

function requestOf(route: DocumentedRoute, knownCursors: readonly string[]): fc.Arbitrary<FuzzedRequest> {
  const inQuery = route.parameters.filter((parameter) => parameter.in === 'query');
  const pair = fc.oneof(
    { weight: 9, arbitrary: pairOf(inQuery, knownCursors) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...ODD_NAMES), hostileValue).map((both) => both.join('=')),
    },
  );
  const header = fc
    .constantFrom(...ODD_HEADERS)
    .chain(([name, values]) => fc.constantFrom(...values).map((value): [string, string] => [name, value]));
  return fc
    .record({
      url: urlOf(route),
      method: fc.oneof(
        { weight: 20, arbitrary: fc.constant('GET') },
        { weight: 1, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'POST', 'DELETE', 'PROPFIND') },
      ),
      pairs: fc.oneof(
        { weight: 40, arbitrary: fc.array(pair, { minLength: 1, maxLength: 5, size: 'max' }) },
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(pair, { minLength: 100, maxLength: 300 }) },
      ),
      headers: fc.array(header, { maxLength: 2 }),
    })
    .map(({ url, method, pairs, headers }) => ({
      path: route.path,
      method,
      url: pairs.length === 0 ? url : `${url}?${pairs.join('&')}`,
      headers: Object.fromEntries(headers.filter(([, value]) => isSendable(value))),
    }));
}

/** A name with a value of its own kind, or of none. */
function pairOf(
  parameters: readonly DocumentedParameter[],
  knownCursors: readonly string[],
): fc.Arbitrary<string> {
  if (parameters.length === 0) {
    return fc.tuple(fc.constantFrom('limit', 'x', 'region_id'), hostileValue).map((both) => both.join('='));
  }
  return fc.constantFrom(...parameters).chain(({ name, schema }) => {
    const legal = name === 'cursor' ? cursorFrom(knownCursors) : legalValue(schema);
    return fc
      .oneof({ weight: 3, arbitrary: legal }, { weight: 1, arbitrary: hostileValue })
      .map((value) => `${name}=${value}`);
  });
}

function urlOf({ path, parameters }: DocumentedRoute): fc.Arbitrary<string> {
  const inPath = parameters.find((parameter) => parameter.in === 'path');
  if (inPath === undefined) {
    return fc.constant(path);
  }
  // An empty one, or one with a slash, would be another path.
  const value = fc
    .oneof(
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 70 }).map(String) },
      { weight: 3, arbitrary: hostileValue },
    )
    .filter((text) => text !== '' && !text.startsWith('.'));
  return value.map((text) => path.replace(`{${inPath.name}}`, () => text));
}

/** True ones, which belong to another query most of the time, and forged ones. */
function cursorFrom(known: readonly string[]): fc.Arbitrary<string> {
  const forged = fc
    .tuple(fc.constantFrom(...known), fc.nat(), fc.constantFrom('A', 'z', '_', ''))
    .map(([cursor, at, character]) => {
      const index = at % cursor.length;
      return cursor.slice(0, index) + character + cursor.slice(index + 1);
    });
  return fc.oneof(fc.constantFrom(...known), forged, fc.base64String({ maxLength: 100 }).map(encoded));
}

function legalValue(schema: Schema): fc.Arbitrary<string> {
  if (schema.enum !== undefined) {
    return fc.constantFrom(...schema.enum.map((value) => encoded(String(value))));
  }
  const [type] = [schema.type].flat();
  switch (type) {
    case 'array':
      return fc
        .oneof(
          { weight: 9, arbitrary: fc.array(legalValue(schema.items ?? {}), { minLength: 1, maxLength: 4 }) },
          {
            weight: 1,
            arbitrary: fc.array(legalValue(schema.items ?? {}), { minLength: 90, maxLength: 110 }),
          },
        )
        .map((values) => values.join(','));
    case 'integer':
      return fc.oneof(fc.constantFrom('1', '25', '34', '587', '10000002', '60003760'), between(schema));
    case 'number':
      return fc.oneof(fc.constantFrom('0', '10', '0.5', '1e3'), between(schema));
    case 'boolean':
      return fc.constantFrom('true', 'false');
    default:
      return schema.format === 'date-time'
        ? fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => encoded(date.toISOString()))
        : fc.constantFrom('rif', 'Rifter', 'jita', '100%', 'a_b').map(encoded);
  }
}

const between = ({ minimum = 0, maximum = 2 ** 31 - 1 }: Schema) =>
  fc.maxSafeInteger().map((value) => String(minimum + (Math.abs(value) % (maximum - minimum + 1))));

const isSendable = (value: string) => !/[^\t\x20-\x7e\x80-\xff]/.test(value);
