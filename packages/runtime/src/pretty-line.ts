/** A line for people: the time of day, what happened, and an error's stacks below it. */
export function writePrettyLine(line: Readonly<Record<string, unknown>>): string {
  const { timestamp, level, service, message, version: _version, error, ...fields } = line;
  const details = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const time = String(timestamp).slice(11, 19);
  const first = `${time} ${String(level).padEnd(5)} ${String(service)}: ${[message, ...details].join(' ')}`;
  return [first.trimEnd(), ...describeError(error, '  ')].join('\n');
}

function describeError(error: unknown, indent: string): string[] {
  if (error === undefined || error === null) {
    return [];
  }
  if (typeof error !== 'object' || !('message' in error)) {
    return [`${indent}${typeof error === 'string' ? error : JSON.stringify(error)}`];
  }
  const { name, message, code, stack, cause, errors } = error as Record<string, unknown>;
  const first = `${String(name)}: ${String(message)}${typeof code === 'string' ? ` (${code})` : ''}`;
  const calls = typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return [
    `${indent}${first}`,
    ...calls.map((call) => `${indent}${call}`),
    ...describeCause('caused by', cause, indent),
    ...(Array.isArray(errors) ? errors.flatMap((each) => describeCause('one of', each, indent)) : []),
  ];
}

function describeCause(word: string, cause: unknown, indent: string): string[] {
  const [first = '', ...rest] = describeError(cause, `${indent}  `);
  return first === '' ? [] : [`${indent}  ${word} ${first.trimStart()}`, ...rest];
}
