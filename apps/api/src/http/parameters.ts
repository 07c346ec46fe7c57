import { z } from 'zod';
import { nearestName } from './nearest-name.js';
import { invalidParameters, type ParameterError } from './problem.js';
import type { RawParameters } from './query-string.js';

/** A parameter of a query or a path. Its schema both checks values and describes them in the OpenAPI document. */
export interface Parameter<Schema extends z.ZodType = z.ZodType> {
  /** Of the value, once it is read from text; undefined where the parameter is not given. */
  readonly schema: Schema;
  /** Texts become numbers where they look like one, and the schema says whether that is right. */
  readonly numeric?: boolean;
  /** `true` and `false` become what they say. */
  readonly boolean?: boolean;
  /** Takes a list: values separated by commas, or repetition. */
  readonly repeatable?: boolean;
}

export type Parameters = Readonly<Record<string, Parameter>>;
export type ParameterValues<Declared extends Parameters> = {
  readonly [Name in keyof Declared]: z.output<Declared[Name]['schema']>;
};

const MAX_LIST_LENGTH = 100;
const MAX_NAME_LENGTH = 100;
/** Looking for the nearest name costs: more unknown ones are not told, and no more of each is compared. */
const MAX_UNKNOWN = 10;
const MAX_COMPARED_LENGTH = 40;
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** One number, one text: no `1e0`, `01` or `1.0` beside `1`. */
export const PLAIN_DIGITS = /^(0|[1-9]\d*)$/;

/** A list of up to 100 values. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).min(1).max(MAX_LIST_LENGTH, `takes at most ${MAX_LIST_LENGTH} values`);
}

/** A positive whole number; above int32 it would not fit the columns of types, regions and systems. */
export function idUpTo(max: number) {
  const error = `must be a whole number from 1 to ${max}`;
  return z.int(error).min(1, error).max(max, error);
}

/** A parameter that is true or false. */
export function yesOrNo(description: string) {
  return {
    schema: z.boolean('must be true or false').optional().meta({ description }),
    boolean: true,
  } as const;
}

/**
 * Checks all parameters at once. `numbers`: the texts that are read as numbers.
 *
 * @throws Problem that names every parameter that is wrong, unknown, or given twice.
 */
export function readParameters<Declared extends Parameters>(
  declared: Declared,
  given: RawParameters,
  numbers: RegExp = NUMBER,
): ParameterValues<Declared> {
  const values: Record<string, unknown> = {};
  const errors = findUnknown(Object.keys(declared), given);
  for (const [name, parameter] of Object.entries(declared)) {
    const texts = given.get(name);
    if (texts !== undefined && texts.length > 1 && parameter.repeatable !== true) {
      errors.push({ parameter: name, message: 'can be given only once' });
      continue;
    }
    const result = parameter.schema.safeParse(readValue(parameter, texts, numbers));
    if (result.success) {
      values[name] = result.data;
    } else {
      errors.push({ parameter: name, message: result.error.issues[0]?.message ?? 'is not valid' });
    }
  }
  if (errors.length > 0) {
    throw invalidParameters(errors);
  }
  return values as ParameterValues<Declared>;
}

function findUnknown(known: readonly string[], given: RawParameters): ParameterError[] {
  return [...given.keys()]
    .filter((name) => !known.includes(name))
    .slice(0, MAX_UNKNOWN)
    .map((name) => {
      const nearest = nearestName(name.slice(0, MAX_COMPARED_LENGTH), known);
      return {
        parameter: name.slice(0, MAX_NAME_LENGTH),
        message:
          nearest === undefined
            ? 'is not known: there are no parameters here'
            : `is not known here; the nearest that is known is ${nearest}`,
      };
    });
}

function readValue(
  { numeric, boolean, repeatable }: Parameter,
  texts: readonly string[] | undefined,
  numbers: RegExp,
): unknown {
  if (texts === undefined) {
    return undefined;
  }
  const convert = (text: string) => {
    if (boolean === true && /^(true|false)$/.test(text)) {
      return text === 'true';
    }
    return numeric === true && numbers.test(text) ? Number(text) : text;
  };
  return repeatable === true
    ? texts.flatMap((text) => text.split(',')).map(convert)
    : convert(texts[0] ?? '');
}
