import { eachKey, type Note, type Tree } from './changes.js';

/** As much of JSON Schema as zod-to-openapi writes. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Tree<Schema>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly [keyword: string]: unknown;
}

/** Which way values go: what a client sends may not become less, what it gets may not become more. */
export type Direction = 'request' | 'answer';

const LOWER_LIMITS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const UPPER_LIMITS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];
const COMPOSITION = ['allOf', 'anyOf', 'oneOf', 'not'];

interface Components {
  readonly before: Tree<Schema> | undefined;
  readonly after: Tree<Schema> | undefined;
}

export function compareSchemas(components: Components, note: Note) {
  const compared = new Set<string>();
  return compare;

  function compare(direction: Direction, where: string, old: Schema = {}, now: Schema = {}): void {
    // A schema with a name is compared once for each direction, and goes by its name.
    const name = nameOf(old);
    if (name !== undefined && name === nameOf(now)) {
      if (!compared.has(`${direction} ${name}`)) {
        compared.add(`${direction} ${name}`);
        const schemas = [components.before?.[name], components.after?.[name]] as const;
        compareResolved(direction, `${name} in ${direction}s`, ...schemas);
      }
      return;
    }
    compareResolved(direction, where, resolve(old, components.before), resolve(now, components.after));
  }

  function compareResolved(direction: Direction, where: string, old: Schema = {}, now: Schema = {}): void {
    compareTypes(direction, where, typesOf(old), typesOf(now));
    compareValues(direction, where, valuesOf(old), valuesOf(now));
    if (COMPOSITION.some((keyword) => differs(old[keyword], now[keyword]))) {
      note('breaking', where, 'is composed in another way');
    }
    if (direction === 'request') {
      compareLimits(where, old, now);
    } else if (differs(old['format'], now['format'])) {
      note('breaking', where, `format was ${text(old['format'])}, is ${text(now['format'])}`);
    }
    compareProperties(direction, where, old, now);
    if (old.items !== undefined && now.items !== undefined) {
      compare(direction, `${where}[]`, old.items, now.items);
    }
  }

  function compareTypes(direction: Direction, where: string, old: readonly string[], now: readonly string[]) {
    const [isWider, isNarrower] = [!covers(old, now), !covers(now, old)];
    if (isWider || isNarrower) {
      const isBreaking = direction === 'request' ? isNarrower : isWider;
      note(isBreaking ? 'breaking' : 'compatible', where, `was ${old.join(' or ')}, is ${now.join(' or ')}`);
    }
  }

  /** New values in answers break nothing: clients are told to bear values that they do not know. */
  function compareValues(
    direction: Direction,
    where: string,
    old: readonly unknown[] | null,
    now: typeof old,
  ) {
    const [gone, added] = [missing(old, now), missing(now, old)];
    if (gone.length > 0 || (old === null && now !== null)) {
      const what = old === null ? `is one of ${text(now)} now` : `is never ${text(gone)} any more`;
      note(direction === 'request' ? 'breaking' : 'compatible', where, what);
    }
    if (added.length > 0 || (old !== null && now === null)) {
      note(
        'compatible',
        where,
        now === null ? 'has no list of values any more' : `can be ${text(added)} too`,
      );
    }
  }

  function compareLimits(where: string, old: Schema, now: Schema): void {
    for (const keyword of [
      ...LOWER_LIMITS,
      ...UPPER_LIMITS,
      'pattern',
      'format',
      'default',
      'additionalProperties',
    ]) {
      const [was, is] = [old[keyword], now[keyword]];
      if (differs(was, is)) {
        note(
          isLooser(keyword, was, is) ? 'compatible' : 'breaking',
          where,
          `${keyword} was ${text(was)}, is ${text(is)}`,
        );
      }
    }
  }

  function compareProperties(direction: Direction, where: string, old: Schema, now: Schema): void {
    const [required, requiredNow] = [new Set(old.required), new Set(now.required)];
    eachKey(
      old.properties,
      now.properties,
      note,
      where,
      (name, property, propertyNow) => {
        if (required.has(name) !== requiredNow.has(name)) {
          const isBreaking = requiredNow.has(name) === (direction === 'request');
          note(
            isBreaking ? 'breaking' : 'compatible',
            `${where} ${name}`,
            requiredNow.has(name) ? 'is always there now' : 'can be left out now',
          );
        }
        compare(direction, `${where} ${name}`, property, propertyNow);
      },
      (_, name) => direction === 'request' && requiredNow.has(name),
    );
  }
}

const nameOf = ({ $ref }: Schema) => $ref?.split('/').at(-1);

const resolve = (schema: Schema, schemas: Tree<Schema> = {}): Schema =>
  schemas[nameOf(schema) ?? ''] ?? schema;

const typesOf = ({ type = 'anything' }: Schema) => [type].flat().toSorted();

function covers(wide: readonly string[], narrow: readonly string[]): boolean {
  const has = (type: string) => wide.includes(type) || wide.includes('anything');
  return narrow.every((type) => has(type) || (type === 'integer' && has('number')));
}

/** Null: any. */
function valuesOf(schema: Schema): readonly unknown[] | null {
  const values = 'const' in schema ? [schema.const] : schema.enum;
  return values?.filter((value) => value !== null) ?? null;
}

const missing = (values: readonly unknown[] | null, from: readonly unknown[] | null): unknown[] =>
  values === null || from === null ? [] : values.filter((value) => !from.includes(value));

function isLooser(keyword: string, was: unknown, is: unknown): boolean {
  if (keyword === 'default' || (is !== undefined && ['pattern', 'format'].includes(keyword))) {
    return false;
  }
  if (keyword === 'additionalProperties') {
    return is !== false;
  }
  const limits = [was, is] as [number, number];
  return (
    is === undefined ||
    (was !== undefined && (LOWER_LIMITS.includes(keyword) ? limits[1] < limits[0] : limits[1] > limits[0]))
  );
}

const text = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));

const differs = (left: unknown, right: unknown): boolean => text(left) !== text(right);
