import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { streamParameters } from '../../stream/parameters.js';
import { problems, queryOf } from '../parts.js';

const DESCRIPTION = `Server-sent events, with the filters of the lists. Comments keep the connection alive; what comes is one of:

| event | data |
|---|---|
| \`contract.appeared\` | a contract became visible, or came back: its row as the lists show it, as of now (its \`status\` can have changed since) |
| \`contract.gone\` | \`contract_id\`, \`region_id\`, \`gone_at\`; also of contracts that the client never saw |
| \`reset\` | \`detail\`: what happened in between is no longer known. Load the lists again; the stream goes on from now |

Contracts that expire make no event: \`date_expired\` says when. To miss nothing, open the stream, then load the lists.

The \`id\` of an event is opaque. A client that connects again, to whichever instance, with the last id that it saw in \`Last-Event-ID\` gets what it missed, once, for about a day; browsers' \`EventSource\` does that by itself. An id that nothing is known of gets \`reset\`.`;

const EXAMPLE = `retry: 3127

id: 1d6aa2c5.8412..

: alive

id: 1d6aa2c5.8415..8415-96
event: contract.gone
data: {"contract_id":215000001,"region_id":10000002,"gone_at":"2026-08-18T11:05:00Z"}

`;

export function streamPaths(): RouteConfig[] {
  return [
    {
      method: 'get',
      path: '/api/v1/contracts/stream',
      operationId: 'streamContracts',
      summary: 'What appears and goes, as it happens',
      description: DESCRIPTION,
      tags: ['contracts'],
      request: {
        query: queryOf(streamParameters),
        headers: z.object({
          'Last-Event-ID': z
            .string()
            .optional()
            .meta({
              description: 'The `id` of the last event that was received',
              examples: ['1d6aa2c5.8415..8415-96'],
            }),
        }),
      },
      responses: {
        200: {
          description:
            'The events, until the client or this instance ends the connection; then connect again',
          content: { 'text/event-stream': { schema: z.string(), example: EXAMPLE } },
        },
        ...problems(400, 429, 503),
      },
    },
  ];
}
