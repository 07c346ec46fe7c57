import { ESI_ROUTES } from '@hangar-bay/domain';
import type { ObservedAnswer } from '@hangar-bay/esi-client';
import type { EndedStep } from '@hangar-bay/runtime';

/** A request to ESI as a step of a trace; the refusals that the program reckons with are no failures. */
export function describeEsiAnswer({ route, status, seconds, validated }: ObservedAnswer): EndedStep {
  return {
    seconds,
    failed: status === null || status === 420 || status === 429 || status >= 500,
    attributes: {
      'http.request.method': ESI_ROUTES[route].method.toUpperCase(),
      'url.template': route,
      'http.response.status_code': status ?? undefined,
      validated,
    },
  };
}
