const REPLACEMENT = '\ufffd';

/** Replaces what PostgreSQL can store neither in text nor in jsonb, NUL and lone surrogates, wherever it stands. */
export function storable<Value>(value: Value): Value {
  return clean(value) as Value;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(/\0|\p{Surrogate}/gu, REPLACEMENT);
  }
  if (Array.isArray(value)) {
    return value.map(clean);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [clean(name), clean(field)]));
  }
  return value;
}
