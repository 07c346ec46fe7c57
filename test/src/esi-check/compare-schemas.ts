import type { JsonSchema } from './openapi.js';

/** What differs between a field as ESI's document has it and as the client reads it. */
export interface Comparison {
  drifts: string[];
  /** How many fields were compared. */
  fields: number;
}

/**
 * Whether everything that ESI's document allows is something that the client reads.
 *
 * The client may read fewer fields, demand fewer, and accept more; `resolve` follows references of the document.
 */
export function compareSchemas(
  client: JsonSchema,
  spec: JsonSchema,
  resolve: (schema: JsonSchema) => JsonSchema,
): Comparison {
  const comparison: Comparison = { drifts: [], fields: 0 };
  compareNode(client, resolve(spec), '', resolve, comparison);
  return comparison;
}

function compareNode(
  client: JsonSchema,
  spec: JsonSchema,
  path: string,
  resolve: (schema: JsonSchema) => JsonSchema,
  comparison: Comparison,
): void {
  const name = path === '' ? 'the answer' : path;
  const drift = (text: string): void => void comparison.drifts.push(`${name}: ${text}`);

  const clientTypes = typesOf(client);
  for (const type of typesOf(spec)) {
    const isRead = clientTypes.includes(type) || (type === 'integer' && clientTypes.includes('number'));
    if (clientTypes.length > 0 && !isRead) {
      return drift(`the document says ${type}, the client assumes ${clientTypes.join(' or ')}`);
    }
  }
  if (client.format === 'date-time' && spec.format !== 'date-time') {
    drift(`the document says ${spec.format ?? 'any text'}, the client assumes date-time`);
  }
  if (client.enum !== undefined) {
    compareEnums(client.enum, spec.enum, drift);
  }
  if (client.items !== undefined) {
    compareNode(client.items, resolve(spec.items ?? {}), `${path}[]`, resolve, comparison);
  }
  for (const [field, fieldSchema] of Object.entries(client.properties ?? {})) {
    comparison.fields += 1;
    const fieldPath = path === '' ? field : `${path}.${field}`;
    const specField = spec.properties?.[field];
    if (specField === undefined) {
      comparison.drifts.push(`${fieldPath}: the document has no such field, the client reads it`);
      continue;
    }
    if (isRequired(client, field) && !isRequired(spec, field)) {
      comparison.drifts.push(`${fieldPath}: the document says optional, the client assumes required`);
    }
    compareNode(fieldSchema, resolve(specField), fieldPath, resolve, comparison);
  }
}

function compareEnums(client: unknown[], spec: unknown[] | undefined, drift: (text: string) => void): void {
  if (spec === undefined) {
    return drift(`the document allows any value, the client assumes ${client.join(', ')}`);
  }
  const unknown = spec.filter((value) => !client.includes(value));
  if (unknown.length > 0) {
    drift(`the document also says ${unknown.join(', ')}, the client assumes ${client.join(', ')}`);
  }
}

function typesOf(schema: JsonSchema): string[] {
  return schema.type === undefined ? [] : [schema.type].flat();
}

function isRequired(schema: JsonSchema, field: string): boolean {
  return schema.required?.includes(field) ?? false;
}
