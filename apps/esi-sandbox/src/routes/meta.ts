import type { Request, Response } from 'express';
import { createBody } from '../body.js';
import type { Clock } from '../clock.js';
import type { Answers } from '../exchange.js';
import { writeTime } from '../wire.js';
import type { Route } from './route.js';

const STATUS_SECONDS = 30;

export interface MetaRouteDeps {
  answers: Answers;
  clock: Clock;
  /** Every other route, for the health list. */
  routes: readonly Route[];
}

/** The state of the API and of the game server. Both are under ESI's token buckets already. */
export function createMetaRoutes({ answers, clock, routes }: MetaRouteDeps): Route[] {
  const startedAt = writeTime(clock.now());
  const health = createBody(
    JSON.stringify({
      routes: routes.map((route) => ({
        method: route.method.toUpperCase(),
        path: route.template,
        status: 'OK',
      })),
    }),
  );
  const server = createBody(
    JSON.stringify({ players: 24_000, server_version: '3000000', start_time: startedAt, vip: false }),
  );

  function sendServerStatus(req: Request, res: Response): void {
    const madeAt = Math.floor(clock.now() / 1000 / STATUS_SECONDS) * STATUS_SECONDS * 1000;
    answers.sendCached(req, res, {
      body: server,
      lastModified: madeAt,
      expiresAt: madeAt + STATUS_SECONDS * 1000,
    });
  }

  return [
    {
      method: 'get',
      template: '/meta/status',
      handle: (req, res) => answers.sendPlain(req, res, health),
      bucket: { group: 'meta', tokens: 150 },
    },
    {
      method: 'get',
      template: '/status',
      handle: sendServerStatus,
      bucket: { group: 'status', tokens: 600 },
    },
  ];
}
