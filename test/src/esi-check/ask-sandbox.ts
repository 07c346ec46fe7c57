import { ESI_ROUTES, type EsiRoute } from '@hangar-bay/domain';
import { createSandboxApp, sandboxConfigFrom, sandboxEnv, type RegionTruth } from '@hangar-bay/esi-sandbox';
import type { RouteAnswers } from './check-answers.js';

const THE_FORGE = 10000002;
const CONTRACTS_ASKED = 150;
/** Types whose items mutaplasmids have made. */
const MUTATED_TYPES = [
  47408, 47702, 47732, 47736, 47740, 47745, 47749, 47753, 47757, 47769, 47773, 47777, 47781, 47785, 47789,
  47793, 47800, 47804, 47808, 47812, 47817, 47820, 47824, 47828, 47832, 47836, 47838, 47840, 47842, 47844,
  47846, 48419, 48423, 48427, 48431, 48435, 48439, 49722, 49726, 49730, 49734, 49738, 52227, 52230, 56303,
  56304, 56305, 56306, 56307, 56308, 56309, 56310, 56311, 56312, 56313, 60478, 60479, 60480, 60481, 60482,
  60483, 78621,
];

/** Asks a sandbox for answers of every route that the client uses. */
export async function askSandbox(): Promise<RouteAnswers[]> {
  const sandbox = createSandboxApp({ ...sandboxConfigFrom(sandboxEnv.parse({})), contracts: 1500 });
  const { url } = await sandbox.start();
  try {
    const paths = await choosePaths(url);
    const routes = Object.keys(ESI_ROUTES) as EsiRoute[];
    return await Promise.all(
      routes.map(async (route) => ({
        route,
        answers: await Promise.all(paths[route].map((path) => ask(url, path, ESI_ROUTES[route].method))),
      })),
    );
  } finally {
    await sandbox.stop();
  }
}

/** For each route the paths to ask, with contracts from all over the list and the types that they hold. */
async function choosePaths(url: string): Promise<Record<EsiRoute, string[]>> {
  const truth = (await ask(url, `/__sandbox/truth?region_id=${THE_FORGE}`, 'get')) as RegionTruth;
  const auctions = truth.contracts.filter((contract) => contract.bids !== undefined);
  const withItems = truth.contracts.filter((contract) => contract.type !== 'courier');
  const step = Math.ceil(withItems.length / CONTRACTS_ASKED);
  const asked = withItems.filter((_contract, index) => index % step === 0);
  const mutated = withItems
    .flatMap((contract) => contract.items)
    .filter((item) => MUTATED_TYPES.includes(item.type_id) && item.item_id !== undefined);
  const types = [...new Set(asked.flatMap((contract) => contract.items.map((item) => item.type_id)))].slice(
    0,
    100,
  );
  return {
    '/contracts/public/{region_id}': [THE_FORGE, 10000043, 14000005].map((id) => `/contracts/public/${id}`),
    '/contracts/public/items/{contract_id}': asked.map(
      ({ contract_id }) => `/contracts/public/items/${contract_id}`,
    ),
    '/contracts/public/bids/{contract_id}': auctions.map(
      ({ contract_id }) => `/contracts/public/bids/${contract_id}`,
    ),
    '/universe/regions': ['/universe/regions'],
    '/universe/types/{type_id}': types.map((id) => `/universe/types/${id}`),
    '/universe/groups/{group_id}': [25, 26, 27, 105].map((id) => `/universe/groups/${id}`),
    '/universe/categories/{category_id}': [6, 7, 9].map((id) => `/universe/categories/${id}`),
    '/universe/stations/{station_id}': [60003760, 60008494].map((id) => `/universe/stations/${id}`),
    '/universe/systems/{system_id}': [30000142, 31000001].map((id) => `/universe/systems/${id}`),
    '/universe/constellations/{constellation_id}': [20000020, 21000001].map(
      (id) => `/universe/constellations/${id}`,
    ),
    '/universe/names': ['/universe/names'],
    '/dogma/dynamic/items/{type_id}/{item_id}': mutated.map(
      ({ type_id, item_id }) => `/dogma/dynamic/items/${type_id}/${item_id}`,
    ),
    '/meta/status': ['/meta/status'],
    '/markets/groups/{market_group_id}': [61, 910025, 900006].map((id) => `/markets/groups/${id}`),
  };
}

async function ask(url: string, path: string, method: 'get' | 'post'): Promise<unknown> {
  const body = JSON.stringify([THE_FORGE, 20000020, 30000142, 60003760, 582, 2112000001, 98000001]);
  const response = await fetch(url + path, {
    method,
    ...(method === 'post' ? { body, headers: { 'content-type': 'application/json' } } : {}),
  });
  if (!response.ok) {
    throw new Error(`The sandbox answered ${response.status} to ${method.toUpperCase()} ${path}`);
  }
  return response.json();
}
