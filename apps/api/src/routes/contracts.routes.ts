import { sql, type Sql } from '@hangar-bay/database';
import { Router, type RequestHandler } from 'express';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { locatePage, paginationParameters } from '../http/pagination.js';
import { idUpTo } from '../http/parameters.js';
import { Problem } from '../http/problem.js';
import { NO_PARAMETERS, readPath, readQuery } from '../http/read-query.js';
import { CONTRACT_FILTERS } from '../queries/contract-filters.js';
import { sortNamed, sortParameter } from '../queries/contract-sorts.js';
import { findContract } from '../queries/find-contract.js';
import { INT53_MAX } from '../queries/limits.js';
import { listContracts } from '../queries/list-contracts.js';
import { serializeContractDetail } from '../serializers/contract-detail.js';
import { serializeContractPage } from '../serializers/contract-page.js';

/** What both lists take. */
export const listParameters = { ...CONTRACT_FILTERS, sort: sortParameter, ...paginationParameters };

export const contractPathParameters = {
  contract_id: { schema: idUpTo(INT53_MAX).meta({ description: "ESI's id of the contract" }), numeric: true },
};

const SCOPES = {
  contracts: sql`TRUE`,
  ships: sql`c.ship_row_count = 1`,
} as const satisfies Record<string, Sql>;

export function contractRoutes(context: ApiContext): Router {
  const router = Router();
  router.route('/').get(listHandler(context, 'contracts')).all(methodNotAllowed('GET', 'HEAD'));
  router.route('/ships').get(listHandler(context, 'ships')).all(methodNotAllowed('GET', 'HEAD'));
  router.route('/:contract_id').get(detailHandler(context)).all(methodNotAllowed('GET', 'HEAD'));
  return router;
}

function listHandler({ db, cursors }: ApiContext, list: keyof typeof SCOPES): RequestHandler {
  return async (request, response) => {
    const { sort, limit, cursor, page, ...filters } = readQuery(request, listParameters);
    const cursorScope = { list, sort, filters };
    const { start, offset } = locatePage({ limit, cursor, page }, (text) =>
      cursors.decode(cursorScope, text),
    );
    const query = { scope: SCOPES[list], filters, sort: sortNamed(sort), start, limit, offset };
    const found = await listContracts(db, query);
    response.json(serializeContractPage(found, limit, (beside) => cursors.encode(cursorScope, beside)));
  };
}

function detailHandler({ db }: ApiContext): RequestHandler {
  return async (request, response) => {
    const { contract_id } = readPath(request, contractPathParameters);
    readQuery(request, NO_PARAMETERS);
    const contract = await findContract(db, contract_id);
    if (contract === null) {
      throw new Problem('not_found', `There is no contract ${contract_id}, or it is not complete yet.`);
    }
    response.json(serializeContractDetail(contract));
  };
}
