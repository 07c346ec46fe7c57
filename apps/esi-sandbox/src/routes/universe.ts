import type { Request, Response } from 'express';
import { createBody, type Body } from '../body.js';
import type { Clock } from '../clock.js';
import { dailyLife } from '../daily.js';
import type { Answers } from '../exchange.js';
import type { Names } from '../names.js';
import type { UniverseKind } from '../replay.js';
import type { Universe } from '../universe.js';
import { readId, readPage, type Route } from './route.js';

const PAGE_SIZE = 1000;
const MAX_NAMES = 1000;

interface Described {
  template: string;
  kind: UniverseKind | 'market_groups';
  /** What ESI calls one of them in its 404. */
  label: string;
}

const ONE: readonly Described[] = [
  { template: '/universe/types/{type_id}', kind: 'types', label: 'Type' },
  { template: '/universe/groups/{group_id}', kind: 'groups', label: 'Group' },
  { template: '/universe/categories/{category_id}', kind: 'categories', label: 'Category' },
  { template: '/universe/regions/{region_id}', kind: 'regions', label: 'Region' },
  { template: '/universe/constellations/{constellation_id}', kind: 'constellations', label: 'Constellation' },
  { template: '/universe/systems/{system_id}', kind: 'systems', label: 'Solar system' },
  { template: '/universe/stations/{station_id}', kind: 'stations', label: 'Station' },
  { template: '/markets/groups/{market_group_id}', kind: 'market_groups', label: 'Market group' },
];

const LISTS = [
  { template: '/universe/types', kind: 'types', paged: true },
  { template: '/universe/groups', kind: 'groups', paged: true },
  { template: '/universe/categories', kind: 'categories', paged: false },
  { template: '/universe/regions', kind: 'regions', paged: false },
  { template: '/universe/constellations', kind: 'constellations', paged: false },
  { template: '/universe/systems', kind: 'systems', paged: false },
  { template: '/markets/groups', kind: 'market_groups', paged: false },
] as const;

export interface UniverseRouteDeps {
  answers: Answers;
  clock: Clock;
  universe: Universe;
  names: Names;
}

/** What the game is made of: types, groups, places, names. */
export function createUniverseRoutes({ answers, clock, universe, names }: UniverseRouteDeps): Route[] {
  const bodies = new Map<string, Body>();

  function bodyFor(key: string, answer: unknown): Body {
    const body = bodies.get(key) ?? createBody(JSON.stringify(answer));
    bodies.set(key, body);
    return body;
  }

  function sendDaily(req: Request, res: Response, body: Body, pages?: number): void {
    const answer = { body, ...dailyLife(clock) };
    answers.sendCached(req, res, pages === undefined ? answer : { ...answer, pages });
  }

  const describe =
    ({ template, kind, label }: Described) =>
    (req: Request, res: Response): void => {
      const id = readId(req.params[/\{(\w+)\}/.exec(template)?.[1] ?? '']);
      const answer = id === undefined ? undefined : universe.one(kind, id);
      if (answer === undefined) {
        return answers.sendError(res, 404, `${label} not found!`);
      }
      sendDaily(req, res, bodyFor(`${kind} ${id}`, answer));
    };

  const list =
    ({ kind, paged }: (typeof LISTS)[number]) =>
    (req: Request, res: Response): void => {
      const ids = universe.ids(kind);
      const page = paged ? readPage(req) : 1;
      const pages = paged ? Math.ceil(ids.length / PAGE_SIZE) : 1;
      if (page === undefined || page > pages) {
        return page === undefined
          ? answers.sendError(res, 400, 'page must be a whole number from 1')
          : answers.sendError(res, 404, 'Requested page does not exist!');
      }
      const rows = paged ? ids.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE) : ids;
      sendDaily(req, res, bodyFor(`${kind} page ${page}`, rows), paged ? pages : undefined);
    };

  function resolveNames(req: Request, res: Response): void {
    const ids = req.body as unknown;
    const isList = Array.isArray(ids) && ids.every((id) => Number.isSafeInteger(id));
    if (!isList || ids.length < 1 || ids.length > MAX_NAMES || new Set(ids).size !== ids.length) {
      return answers.sendError(res, 400, `Expected 1 to ${MAX_NAMES} unique ids`);
    }
    const rows = (ids as number[]).map((id) => names.resolve(id));
    if (rows.includes(undefined)) {
      return answers.sendError(res, 404, 'Ensure all IDs are valid before resolving.');
    }
    answers.sendPlain(req, res, createBody(JSON.stringify(rows)));
  }

  return [
    ...ONE.map((described): Route => ({
      method: 'get',
      template: described.template,
      handle: describe(described),
    })),
    ...LISTS.map((listed): Route => ({ method: 'get', template: listed.template, handle: list(listed) })),
    { method: 'post', template: '/universe/names', handle: resolveNames },
  ];
}
