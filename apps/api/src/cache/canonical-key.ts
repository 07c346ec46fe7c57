/** One text for the same question: neither the order of parameters nor that of their values matters. */
export function canonicalKey(name: string, parameters: object): string {
  const given = Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([parameter, value]): [string, unknown] => [
      parameter,
      Array.isArray(value) ? [...new Set(value as unknown[])].sort() : value,
    ])
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([name, given]);
}
