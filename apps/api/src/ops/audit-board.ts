import type { RequestHandler } from 'express';
import type { ApiContext } from '../context.js';
import { pathOf } from '../http/middleware/error-handler.js';
import { isSafe, operatorOf } from '../http/middleware/operator.js';
import { requestIdOf } from '../http/exchange.js';
import { requireSwitchedOn } from '../http/require-switched-on.js';
import { openAudit } from './audited.js';

/** Writes down what operators do in Bull Board, by method and path. */
export function auditBoard(context: ApiContext): RequestHandler {
  return async (request, response, next) => {
    if (isSafe(request)) {
      next();
      return;
    }
    await requireSwitchedOn(context.flags, 'admin_writes');
    const { name, role } = operatorOf(response);
    const end = await openAudit(context, {
      operator: name,
      role,
      action: 'queues',
      target: `${request.method} ${pathOf(response)}`,
      details: {},
      request_id: requestIdOf(response),
    });
    response.once('close', () => void end(response.statusCode));
    next();
  };
}
