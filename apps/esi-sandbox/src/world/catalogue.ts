import type { StaticData, StaticType } from '../static-data.js';

const ABYSSAL_META_GROUP = 15;
const PLEX_TYPE = 44992;

/** Types to draw contents from, each pool in order of type_id: the draw favours the first. */
export interface Catalogue {
  ships: readonly StaticType[];
  blueprints: readonly StaticType[];
  modules: readonly StaticType[];
  /** Things that come in stacks. */
  stacks: readonly StaticType[];
  curiosities: readonly StaticType[];
  /** Modules and drones that a mutaplasmid has changed; each has attributes of its own. */
  mutated: readonly StaticType[];
  plex: StaticType;
}

export function createCatalogue(data: StaticData): Catalogue {
  const types = [...data.types.values()];
  const ofCategory = (...categories: readonly string[]): StaticType[] =>
    types.filter((type) => {
      const group = data.groups.get(type.group_id);
      return (
        type.meta_group_id !== ABYSSAL_META_GROUP &&
        categories.includes(data.categories.get(group?.category_id ?? 0)?.name ?? '')
      );
    });
  const plex = data.types.get(PLEX_TYPE);
  if (plex === undefined) {
    throw new Error(`Type ${PLEX_TYPE} (PLEX) is missing from the static data`);
  }

  return {
    ships: ofCategory('Ship').filter((type) => type.market_group_id !== null),
    blueprints: ofCategory('Blueprint'),
    modules: ofCategory('Module', 'Subsystem').filter((type) => type.market_group_id !== null),
    stacks: ofCategory('Charge', 'Drone', 'Material', 'Planetary Commodities', 'Fighter'),
    curiosities: ofCategory('SKINs', 'Implant', 'Commodity', 'Apparel', 'Decryptors', 'Accessories'),
    mutated: types.filter((type) => type.meta_group_id === ABYSSAL_META_GROUP),
    plex,
  };
}

/** A price that somebody might ask for one of a type, in ISK. */
export function worthOf(type: StaticType): number {
  return Math.max(type.base_price ?? 0, 1000);
}
