import { ESI_ROUTES, type EsiRoute } from '@hangar-bay/domain';
import type { z } from 'zod';
import { EsiError } from './esi-error.js';
import type { Http } from './http.js';
import { storable } from './storable.js';

type Answer<Route extends EsiRoute> = z.output<(typeof ESI_ROUTES)[Route]['answer']>;

/** A validated answer beside the whole of what ESI sent, which is kept. */
export interface Resource<Route extends EsiRoute> {
  readonly value: Answer<Route>;
  readonly raw: unknown;
}

/**
 * Fetches one thing by its id, such as a type or a station.
 * @throws EsiError for every answer but 200, and for one of another shape.
 */
export async function getResource<Route extends EsiRoute>(
  http: Http,
  route: Route,
  id: number | null,
  signal?: AbortSignal,
): Promise<Resource<Route>> {
  const path = id === null ? route : route.replace(/\{.*\}/, String(id));
  const answer = await http.send({ method: 'get', route, path, signal });
  const { status } = answer;
  if (status !== 200) {
    throw new EsiError(`answered ${status} for ${path}`, { kind: 'status', route, status });
  }
  const body = storable(answer.body);
  const parsed = ESI_ROUTES[route].answer.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new EsiError(`${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'unexpected shape'}`, {
      kind: 'invalid',
      route,
      status,
    });
  }
  return { value: parsed.data as Answer<Route>, raw: body };
}
