import {
  createHangarBayClient,
  isProblem,
  type HangarBayClient,
  type operations,
} from '@hangar-bay/api-client';

type ShipQuery = NonNullable<operations['listShipContracts']['parameters']['query']>;

/** Frigates in The Forge that sell for up to ten million ISK, the cheapest first. */
const CHEAP_FRIGATES: ShipQuery = {
  region_id: [10000002],
  ship_group_id: [25],
  type: ['item_exchange'],
  max_price: 10_000_000,
  sort: 'price',
  limit: 2,
};

/** What a small contract browser does, step by step. `print` shows a line to its user. */
export async function browseShips(baseUrl: string, print: (line: string) => void): Promise<void> {
  const client = createHangarBayClient({ baseUrl });

  const found = [];
  for await (const contract of listCheapFrigates(client)) {
    found.push(contract);
    print(
      `${contract.ship?.name ?? 'a ship'} for ${contract.price ?? 0} ISK in ${contract.system_name ?? 'a structure'}`,
    );
  }

  const [cheapest] = found;
  if (cheapest !== undefined) {
    await showContract(client, cheapest.contract_id, print);
    await showContract(client, cheapest.contract_id + 1_000_000, print);
  }
  await showWhetherRegionsChanged(client, print);
}

/** Every match, page after page. Only the cursor changes from page to page. */
async function* listCheapFrigates(client: HangarBayClient) {
  const query = { ...CHEAP_FRIGATES };
  for (;;) {
    const { data, error } = await client.GET('/api/v1/contracts/ships', { params: { query } });
    if (data === undefined) {
      throw new Error('The list cannot be had', { cause: error });
    }
    yield* data.data;
    if (data.page.next_cursor === null) {
      return;
    }
    query.cursor = data.page.next_cursor;
  }
}

/** A list's rows hold no items: one contract does. */
async function showContract(client: HangarBayClient, contractId: number, print: (line: string) => void) {
  const { data, error } = await client.GET('/api/v1/contracts/{contract_id}', {
    params: { path: { contract_id: contractId } },
  });
  if (data !== undefined) {
    const items = data.items.map(({ quantity, type_name }) => `${quantity} ${type_name ?? 'of something'}`);
    print(`${contractId} holds ${items.join(', ')}`);
  } else if (isProblem(error) && error.error_code === 'not_found') {
    print(error.detail);
  } else {
    throw new Error(`Contract ${contractId} cannot be had`, { cause: error });
  }
}

/** A browser keeps answers and asks whether they are still the same by itself; this is how it does. */
async function showWhetherRegionsChanged(client: HangarBayClient, print: (line: string) => void) {
  const first = await client.GET('/api/v1/regions');
  const etag = first.response.headers.get('ETag') ?? '';
  const { response } = await client.GET('/api/v1/regions', { params: { header: { 'If-None-Match': etag } } });
  print(response.status === 304 ? 'The regions are as they were' : 'The regions have changed');
}
