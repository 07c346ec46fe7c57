/** One check and what it found. */
export interface Check {
  /** What was held against what, such as "client against spec". */
  about: string;
  route: string;
  /** What was looked at, such as "16 fields". */
  scope: string;
  /** One line per drift: which field, what one side says, what the other assumes. */
  drifts: readonly string[];
}

/** One line per check, the drifts below it, and a summary. */
export function writeReport(checks: readonly Check[]): string {
  const lines = checks.flatMap(({ about, route, scope, drifts }) => [
    `${drifts.length === 0 ? 'ok   ' : 'DRIFT'} ${about}: ${route} (${scope})`,
    ...drifts.map((drift) => `        ${drift}`),
  ]);
  const drifted = checks.filter((check) => check.drifts.length > 0).length;
  const summary =
    drifted === 0
      ? `All ${checks.length} checks passed.`
      : `${drifted} of ${checks.length} checks found a drift between ESI's document, the client and the sandbox.`;
  return [...lines, '', summary].join('\n');
}

/** The same drift in a thousand rows is one drift. */
export function distinct(drifts: readonly string[], most = 20): string[] {
  const unique = [...new Set(drifts)];
  return unique.length <= most ? unique : [...unique.slice(0, most), `and ${unique.length - most} more`];
}
