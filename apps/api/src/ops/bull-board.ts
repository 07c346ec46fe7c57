import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Producer, QueueName } from '@hangar-bay/queues';
import type { Express, RequestHandler } from 'express';
import type { Role } from '../auth/operators.js';
import { DeadLetterBoard } from './dead-letter-board.js';

interface BoardOptions {
  readonly basePath: string;
  /** Page to see who is signed in, and to sign out. */
  readonly accountPath: string;
  /** Discards entries of the dead letter whose jobs were removed. */
  readonly discard: (ids: readonly string[]) => Promise<void>;
}

const DEAD_LETTER: QueueName = 'dead-letter';

/** Bull Board over the queues: one to look at for viewers, one that acts for operators. */
export function createBullBoards(
  queues: Producer['queues'],
  options: BoardOptions,
): Readonly<Record<Role, RequestHandler>> {
  return {
    viewer: createBoard(queues, options, { readOnlyMode: true, allowRetries: false }),
    operator: createBoard(queues, options, { readOnlyMode: false, allowRetries: true }),
  };
}

function createBoard(
  queues: Producer['queues'],
  { basePath, accountPath, discard }: BoardOptions,
  rights: { readonly readOnlyMode: boolean; readonly allowRetries: boolean },
): RequestHandler {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(basePath);
  createBullBoard({
    queues: queues.map((queue) =>
      queue.name === DEAD_LETTER
        ? new DeadLetterBoard(queue, rights, discard)
        : new BullMQAdapter(queue, rights),
    ),
    serverAdapter,
    options: {
      uiConfig: { boardTitle: 'Hangar Bay', miscLinks: [{ text: 'Account and sign-out', url: accountPath }] },
    },
  });
  const board = serverAdapter.getRouter() as Express;
  board.disable('x-powered-by');
  return board;
}
