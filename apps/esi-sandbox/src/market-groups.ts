import type { Replay } from './replay.js';
import type { StaticData } from './static-data.js';

const CATEGORY_NODES = 900_000;
const GROUP_NODES = 910_000;

export interface MarketGroupAnswer {
  market_group_id: number;
  name: string;
  description: string;
  parent_group_id?: number;
  types: number[];
}

/**
 * The static data knows which market group a type is in, but not the groups. They are made up from the types' own
 * groups and categories, as a tree of three levels: category, group, market group.
 */
export function createMarketGroups(data: StaticData, replay: Replay): ReadonlyMap<number, MarketGroupAnswer> {
  const leaves = new Map<number, MarketGroupAnswer>();
  const branches = new Map<number, MarketGroupAnswer>();

  function ensureBranches(groupId: number): number {
    const group = data.groups.get(groupId);
    const categoryId = group?.category_id ?? 0;
    const root = CATEGORY_NODES + categoryId;
    const branch = GROUP_NODES + groupId;
    branches.set(root, nodeOf(root, data.categories.get(categoryId)?.name ?? 'Other'));
    branches.set(branch, { ...nodeOf(branch, group?.name ?? 'Other'), parent_group_id: root });
    return branch;
  }

  for (const type of marketedTypes(data, replay)) {
    const leaf = leaves.get(type.market_group_id);
    if (leaf === undefined) {
      const parent = ensureBranches(type.group_id);
      const name = `${data.groups.get(type.group_id)?.name ?? 'Other'} ${type.market_group_id}`;
      leaves.set(type.market_group_id, {
        ...nodeOf(type.market_group_id, name),
        parent_group_id: parent,
        types: [type.type_id],
      });
    } else {
      leaf.types.push(type.type_id);
    }
  }
  const all = [...leaves, ...branches];
  return new Map(all.sort(([first], [second]) => first - second));
}

function nodeOf(id: number, name: string): MarketGroupAnswer {
  return { market_group_id: id, name, description: '', types: [] };
}

function marketedTypes(
  data: StaticData,
  replay: Replay,
): { type_id: number; group_id: number; market_group_id: number }[] {
  const recorded = replay
    .universeIds('types')
    .filter((id) => !data.types.has(id))
    .map(
      (id) => replay.universe('types', id) as { type_id: number; group_id: number; market_group_id?: number },
    );
  return [...data.types.values(), ...recorded].flatMap(({ type_id, group_id, market_group_id }) =>
    typeof market_group_id === 'number' ? [{ type_id, group_id, market_group_id }] : [],
  );
}
