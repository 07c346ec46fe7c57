import type { Request } from 'express';
import { PLAIN_DIGITS, readParameters, type Parameters, type ParameterValues } from './parameters.js';
import { readQueryString } from './query-string.js';

/** The checked query of a request. @throws Problem that names what is wrong. */
export function readQuery<Declared extends Parameters>(
  request: Request,
  declared: Declared,
): ParameterValues<Declared> {
  return readParameters(declared, readQueryString(request.originalUrl));
}

/** The checked parameters of a request's path. */
export function readPath<Declared extends Parameters>(
  request: Request,
  declared: Declared,
): ParameterValues<Declared> {
  const given = Object.entries(request.params).map(([name, value]): [string, string[]] => [
    name,
    [value].flat(),
  ]);
  // A resource has one address.
  return readParameters(declared, new Map(given), PLAIN_DIGITS);
}

export const NO_PARAMETERS = {} as const satisfies Parameters;
