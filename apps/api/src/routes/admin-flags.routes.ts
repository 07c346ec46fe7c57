import {
  FLAG_NAMES,
  findKnownRegions,
  listFlags,
  setFlag,
  type Database,
  type Flag,
  type FlagName,
} from '@hangar-bay/database';
import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { Problem } from '../http/problem.js';
import { readBody } from '../http/read-body.js';
import { NO_PARAMETERS, readPath, readQuery } from '../http/read-query.js';
import { adminAction } from '../ops/admin-action.js';

/** What a text column holds. */
const TEXT = /^[^\p{Cc}\p{Cs}]+$/u;
const MAX_INT32 = 2 ** 31 - 1;

export const flagPathParameters = {
  name: {
    schema: z
      .string()
      .min(1)
      .max(100)
      .meta({
        description: `${FLAG_NAMES.map((name) => `\`${name}\``).join(', ')}, or \`region:<region_id>\``,
      }),
  },
};

export const setFlagSchema = z
  .strictObject({
    enabled: z.boolean(),
    reason: z
      .string()
      .min(1)
      .max(500)
      .regex(TEXT, 'must be one line of text')
      // zod-to-openapi would write the flag of the expression into the pattern.
      .meta({ description: 'For those who find it switched off', pattern: TEXT.source }),
  })
  .meta({ id: 'SetFlag' });

export const flagSchema = z
  .object({
    name: z.string(),
    enabled: z.boolean(),
    reason: z.string().nullable().meta({ description: 'Null, like what follows, where nobody has moved it' }),
    changed_by: z.string().nullable(),
    changed_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Flag' });

export const flagListSchema = z
  .object({
    data: z.array(flagSchema).meta({ description: 'Regions are among them once somebody has moved theirs' }),
  })
  .meta({ id: 'FlagList' });

export function flagRoutes(context: ApiContext): Router {
  const router = Router();
  router.route('/').get(list(context)).all(methodNotAllowed('GET', 'HEAD'));
  router
    .route('/:name')
    .put(
      adminAction(context, {
        name: 'flags.set',
        isAlwaysPossible: true,
        read(request) {
          readQuery(request, NO_PARAMETERS);
          const { name } = readPath(request, flagPathParameters);
          return { name, ...readBody(request, setFlagSchema, '{"enabled": false, "reason": "…"}') };
        },
        target: ({ name }) => name,
        async work({ name: given, ...state }, { operator }) {
          const name = await requireFlagName(context.db, given);
          const flag = await setFlag(context.db, { name, ...state, changed_by: operator.name });
          context.flags.forget();
          return { status: 200, body: flag };
        },
      }),
    )
    .all(methodNotAllowed('PUT'));
  return router;
}

function list({ db }: ApiContext): RequestHandler {
  return async (request, response) => {
    readQuery(request, NO_PARAMETERS);
    const moved = new Map((await listFlags(db)).map((flag) => [flag.name, flag]));
    const names = new Set([...FLAG_NAMES, ...moved.keys()]);
    response.json({ data: [...names].map((name) => moved.get(name) ?? untouched(name)) });
  };
}

const untouched = (name: string): { [Field in keyof Flag]: Flag[Field] | null } => ({
  name,
  enabled: true,
  reason: null,
  changed_by: null,
  changed_at: null,
});

/** @throws Problem not_found. */
async function requireFlagName(db: Database, name: string): Promise<FlagName> {
  const plain = FLAG_NAMES.find((known) => known === name);
  if (plain !== undefined) {
    return plain;
  }
  const regionId = Number(/^region:([1-9]\d{0,9})$/.exec(name)?.[1]);
  if (regionId <= MAX_INT32 && (await findKnownRegions(db, [regionId])).has(regionId)) {
    return `region:${regionId}`;
  }
  throw new Problem(
    'not_found',
    `There is no switch of this name. There are ${FLAG_NAMES.join(', ')}, and region:<region_id> of each known region.`,
  );
}
