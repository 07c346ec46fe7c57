/** Names of routes for metrics: as many as there are routes, whatever is asked for. */
export interface RouteLabels {
  /** The pattern of the route that a path belongs to, or `unmatched`. */
  of(path: string): string;
}

/** Where every path below is one route to us. */
const SUBTREES = ['/admin/queues', '/docs'];
const OTHERS = ['/openapi.json', '/admin/sign-in', '/admin/sign-in.css', '/admin/sign-out'];

/** `patterns` as the OpenAPI document writes them: `/api/v1/contracts/{contract_id}`. */
export function createRouteLabels(patterns: readonly string[]): RouteLabels {
  const whole = new Set([...OTHERS, ...patterns.filter((pattern) => !pattern.includes('{'))]);
  const templates = patterns
    .filter((pattern) => pattern.includes('{'))
    .map((pattern) => ({ pattern, expression: new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`) }));

  return {
    of(path) {
      // As Express matches them: in any case, with or without a slash at the end.
      const normal = path.toLowerCase().replace(/(?<=.)\/$/, '');
      if (whole.has(normal)) {
        return normal;
      }
      const subtree = SUBTREES.find((prefix) => normal === prefix || normal.startsWith(`${prefix}/`));
      return subtree ?? templates.find(({ expression }) => expression.test(normal))?.pattern ?? 'unmatched';
    },
  };
}
