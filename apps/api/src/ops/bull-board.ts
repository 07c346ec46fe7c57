import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Producer } from '@hangar-bay/queues';
import type { Express, RequestHandler } from 'express';
import type { Role } from '../auth/operators.js';

interface BoardPaths {
  readonly basePath: string;
  /** Page to see who is signed in, and to sign out. */
  readonly accountPath: string;
}

/** Bull Board over the queues: one to look at for viewers, one that acts for operators. */
export function createBullBoards(
  queues: Producer['queues'],
  paths: BoardPaths,
): Readonly<Record<Role, RequestHandler>> {
  return {
    viewer: createBoard(queues, paths, { readOnlyMode: true, allowRetries: false }),
    operator: createBoard(queues, paths, { readOnlyMode: false, allowRetries: true }),
  };
}

function createBoard(
  queues: Producer['queues'],
  { basePath, accountPath }: BoardPaths,
  rights: { readonly readOnlyMode: boolean; readonly allowRetries: boolean },
): RequestHandler {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(basePath);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, rights)),
    serverAdapter,
    options: {
      uiConfig: { boardTitle: 'Hangar Bay', miscLinks: [{ text: 'Account and sign-out', url: accountPath }] },
    },
  });
  const board = serverAdapter.getRouter() as Express;
  board.disable('x-powered-by');
  return board;
}
