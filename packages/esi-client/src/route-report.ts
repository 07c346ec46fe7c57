import { ESI_ROUTES, type EsiRoute } from '@hangar-bay/domain';
import { readFreshSeconds } from './cache-headers.js';
import type { Http } from './http.js';
import type { RouteReport } from './route-watch.js';

const ROUTE = '/meta/status' satisfies EsiRoute;
const LIFETIME_SECONDS = 60;

/** Which of the used routes ESI calls `Down`; null where its answer is not usable. */
export async function getRouteReport(http: Http, signal: AbortSignal): Promise<RouteReport | null> {
  const { status, headers, body } = await http.send({
    method: 'get',
    route: ROUTE,
    path: ROUTE,
    signal,
    once: true,
  });
  const parsed = ESI_ROUTES[ROUTE].answer.safeParse(body);
  if (status !== 200 || !parsed.success) {
    return null;
  }
  const down = new Set(
    parsed.data.routes
      .filter((route) => route.status === 'Down')
      .map(({ method, path }) => nameRoute(method, path)),
  );
  return {
    down: (Object.keys(ESI_ROUTES) as EsiRoute[]).filter((route) =>
      down.has(nameRoute(ESI_ROUTES[route].method, route)),
    ),
    freshSeconds: readFreshSeconds(headers, LIFETIME_SECONDS),
  };
}

/** The same for both documents, whatever they call the parameters. */
function nameRoute(method: string, path: string): string {
  return `${method.toLowerCase()} ${path.replace(/\{[^}]*\}/g, '{}').replace(/\/$/, '')}`;
}
