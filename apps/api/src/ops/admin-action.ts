import type { Request, RequestHandler, Response } from 'express';
import type { Operator } from '../auth/operators.js';
import type { ApiContext } from '../context.js';
import { pathOf } from '../http/middleware/error-handler.js';
import { operatorOf } from '../http/middleware/operator.js';
import { requestIdOf } from '../http/exchange.js';
import { describeProblem } from '../http/problem.js';
import { requireSwitchedOn } from '../http/require-switched-on.js';
import { toProblem } from '../http/to-problem.js';
import { openAudit } from './audited.js';
import { onlyOnce, readIdempotencyKey, type Answer } from './only-once.js';

interface ActionOf {
  readonly operator: Operator;
  readonly requestId: string;
}

/** Something that an operator does. */
export interface AdminAction<Input extends object> {
  /** Its name in the audit log. */
  readonly name: string;
  /** Reads and checks what is asked for. @throws Problem */
  readonly read: (request: Request) => Input;
  /** On what, for the audit log. */
  readonly target: (input: Input) => string | null;
  readonly work: (input: Input, by: ActionOf) => Promise<Answer>;
  /** Also while admin_writes is switched off. */
  readonly isAlwaysPossible?: true;
}

/**
 * Answers with what an action does, behind requireOperator: checked, audited, and, for a POST with an
 * Idempotency-Key, done once.
 */
export function adminAction<Input extends object>(
  context: ApiContext,
  action: AdminAction<Input>,
): RequestHandler {
  return async (request, response) => {
    const input = action.read(request);
    const key = request.method === 'POST' ? readIdempotencyKey(request.get('idempotency-key')) : undefined;
    if (action.isAlwaysPossible !== true) {
      await requireSwitchedOn(context.flags, 'admin_writes');
    }
    const attempt = () => audit(context, action, input, response);
    if (key === undefined) {
      send(response, await attempt());
      return;
    }
    const route = `${request.method} ${pathOf(response)}`;
    const scope = { operator: operatorOf(response).name, route, key };
    const answer = await onlyOnce(context, scope, input, attempt);
    if (answer.isReplay) {
      response.set('Idempotency-Replayed', 'true');
    }
    send(response, answer);
  };
}

/** @throws whatever is our fault; what is not becomes an answer. */
async function audit<Input extends object>(
  context: ApiContext,
  action: AdminAction<Input>,
  input: Input,
  response: Response,
): Promise<Answer> {
  const operator = operatorOf(response);
  const requestId = requestIdOf(response);
  const end = await openAudit(context, {
    operator: operator.name,
    role: operator.role,
    action: action.name,
    target: action.target(input),
    details: input,
    request_id: requestId,
  });
  try {
    const answer = await action.work(input, { operator, requestId });
    await end(answer.status);
    return answer;
  } catch (error) {
    const problem = toProblem(error);
    await end(problem.status);
    if (problem.status >= 500) {
      throw error;
    }
    const body = describeProblem(problem, { instance: pathOf(response), requestId });
    return { status: problem.status, body };
  }
}

function send(response: Response, { status, body }: Answer): void {
  response.status(status).set('Cache-Control', 'no-store');
  if (body === undefined || body === null) {
    response.end();
  } else if (status >= 400) {
    response.type('application/problem+json').send(JSON.stringify(body));
  } else {
    response.json(body);
  }
}
