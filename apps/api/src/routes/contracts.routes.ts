import { sql, type Sql } from '@hangar-bay/database';
import { Router, type RequestHandler } from 'express';
import { cached } from '../cache/cached.js';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { locatePage, paginationParameters } from '../http/pagination.js';
import { idUpTo } from '../http/parameters.js';
import { Problem } from '../http/problem.js';
import { NO_PARAMETERS, readPath, readQuery } from '../http/read-query.js';
import { facetsParameter } from '../queries/contract-facets.js';
import { CONTRACT_FILTERS } from '../queries/contract-filters.js';
import { sortNamed, sortParameter } from '../queries/contract-sorts.js';
import { IS_SHIP_CONTRACT } from '../queries/filters/ships.js';
import { INT53_MAX } from '../queries/limits.js';
import { streamHandler } from '../stream/stream-handler.js';

/** What both lists take. */
export const listParameters = {
  ...CONTRACT_FILTERS,
  sort: sortParameter,
  ...paginationParameters,
  facets: facetsParameter,
};

export const contractPathParameters = {
  contract_id: { schema: idUpTo(INT53_MAX).meta({ description: "ESI's id of the contract" }), numeric: true },
};

const SCOPES = {
  contracts: sql`TRUE`,
  ships: IS_SHIP_CONTRACT,
} as const satisfies Record<string, Sql>;

export function contractRoutes(context: ApiContext): Router {
  const router = Router();
  router.route('/').get(listHandler(context, 'contracts')).all(methodNotAllowed('GET', 'HEAD'));
  router.route('/ships').get(listHandler(context, 'ships')).all(methodNotAllowed('GET', 'HEAD'));
  router.route('/stream').get(streamHandler(context)).all(methodNotAllowed('GET', 'HEAD'));
  router.route('/:contract_id').get(detailHandler(context)).all(methodNotAllowed('GET', 'HEAD'));
  return router;
}

function listHandler(context: ApiContext, list: keyof typeof SCOPES): RequestHandler {
  const { cursors, contractLists } = context;
  return cached(context, (request) => {
    const parameters = readQuery(request, listParameters);
    const { sort, limit, cursor, page, facets, ...filters } = parameters;
    const cursorScope = { list, sort, filters };
    const { start, offset } = locatePage({ limit, cursor, page }, (text) =>
      cursors.decode(cursorScope, text),
    );
    const query = { scope: SCOPES[list], filters, sort: sortNamed(sort), start, limit, offset, facets };
    return {
      name: `contracts/${list}`,
      parameters,
      produce: (db) => contractLists.render(db, list, query, (beside) => cursors.encode(cursorScope, beside)),
    };
  });
}

function detailHandler(context: ApiContext): RequestHandler {
  const { contractLists } = context;
  return cached(context, (request) => {
    const parameters = readPath(request, contractPathParameters);
    const { contract_id } = parameters;
    readQuery(request, NO_PARAMETERS);
    return {
      name: 'contract',
      parameters,
      async produce(db) {
        const contract = await contractLists.renderContract(db, contract_id);
        if (contract === null) {
          throw new Problem('not_found', `There is no contract ${contract_id}, or it is not complete yet.`);
        }
        return contract;
      },
    };
  });
}
