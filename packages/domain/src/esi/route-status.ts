import { z } from 'zod';

/** `GET /meta/status`. A status is `Unknown`, `OK`, `Degraded`, `Down`, `Recovering`, or one that is yet to come. */
export const esiRouteStatusSchema = z.object({
  routes: z.array(z.object({ method: z.string(), path: z.string(), status: z.string() })),
});
