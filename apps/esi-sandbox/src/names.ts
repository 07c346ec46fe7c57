import type { Replay } from './replay.js';
import type { Universe } from './universe.js';
import { nameCharacter, nameCorporation, namePerson } from './world/people.js';

export interface NameRow {
  id: number;
  name: string;
  category: string;
}

/** ESI's categories of the ids that the universe itself knows, by kind. */
const CATEGORIES = [
  ['regions', 'region'],
  ['constellations', 'constellation'],
  ['systems', 'solar_system'],
  ['stations', 'station'],
  ['types', 'inventory_type'],
] as const;

export interface Names {
  /** Undefined for ids that ESI would not resolve, such as players' structures. */
  resolve(id: number): NameRow | undefined;
}

export function createNames(universe: Universe, replay: Replay): Names {
  return {
    resolve: (id) => {
      const person = namePerson(id) ?? nameRecorded(id, replay);
      if (person !== undefined) {
        return { id, ...person };
      }
      for (const [kind, category] of CATEGORIES) {
        const found = universe.one(kind, id) as { name: string } | undefined;
        if (found !== undefined) {
          return { id, name: found.name, category };
        }
      }
      return undefined;
    },
  };
}

/** Issuers of recorded contracts get made-up names: real ones are not recorded. */
function nameRecorded(id: number, replay: Replay): { name: string; category: string } | undefined {
  const category = replay.hasIssuer(id);
  if (category === undefined) {
    return undefined;
  }
  return { category, name: category === 'character' ? nameCharacter(id) : nameCorporation(id) };
}
