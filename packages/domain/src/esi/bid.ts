import { z } from 'zod';
import { bigId, esiDate, isk } from './values.js';

/** A row of `GET /contracts/public/bids/{contract_id}`. ESI does not say who bid. */
export const esiBidSchema = z.object({
  bid_id: bigId,
  amount: isk,
  date_bid: esiDate,
});

export type EsiBid = z.output<typeof esiBidSchema>;
