import { Problem } from './problem.js';

/** The values of each parameter, in the order in which they came. */
export type RawParameters = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the query of a URL. Unlike URLSearchParams it refuses malformed percent-encoding, and with it every text that
 * is not Unicode, instead of replacing it.
 *
 * @throws Problem malformed_request.
 */
export function readQueryString(url: string): RawParameters {
  const start = url.indexOf('?');
  const parameters = new Map<string, string[]>();
  if (start === -1) {
    return parameters;
  }
  for (const pair of url.slice(start + 1).split('&')) {
    if (pair === '') {
      continue;
    }
    const [name = '', ...value] = pair.split('=');
    const key = decode(name, name);
    const values = parameters.get(key) ?? [];
    values.push(decode(value.join('='), key));
    parameters.set(key, values);
  }
  return parameters;
}

function decode(text: string, parameter: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    const message = 'its percent-encoding is malformed or is not UTF-8';
    const name = parameter.slice(0, 100);
    throw new Problem('malformed_request', `${name}: ${message}.`, {
      errors: [{ parameter: name, message }],
      cause: error,
    });
  }
}
