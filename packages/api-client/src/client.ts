import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { paths } from './schema.js';

export interface HangarBayClientOptions extends Pick<ClientOptions, 'fetch' | 'headers' | 'credentials'> {
  /** Where the API is, without `/api/v1`: `https://hangar-bay.example`. */
  readonly baseUrl: string;
}

/** `client.GET('/api/v1/contracts/ships', { params: { query: { … } } })`, with the types of the document. */
export type HangarBayClient = Client<paths>;

/** A client of the API. Lists of a query become `name=1,2`; an empty one is left out. */
export function createHangarBayClient(options: HangarBayClientOptions): HangarBayClient {
  return createClient<paths>({
    ...options,
    querySerializer: { array: { style: 'form', explode: false } },
  });
}
