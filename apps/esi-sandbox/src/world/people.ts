import { hashNumbers, type Random } from '../random.js';

const FIRST_CHARACTER = 2_112_000_000;
const CHARACTERS = 1600;
const FIRST_CORPORATION = 98_000_000;
const CORPORATIONS = 400;
const NPC_CORPORATIONS = { first: 1_000_002, last: 1_000_200 };
/** One issuer in 400 cannot be resolved, as ESI has been seen to do (https://github.com/esi/esi-issues/issues/1391). */
const UNRESOLVABLE_EVERY = 400;

const FIRST_NAMES = [
  'Aska',
  'Belu',
  'Ciro',
  'Dena',
  'Eskil',
  'Faro',
  'Ghita',
  'Hevin',
  'Ilo',
  'Jorun',
  'Kesh',
  'Luma',
];
const LAST_NAMES = [
  'Arden',
  'Beka',
  'Corvane',
  'Dras',
  'Ekkal',
  'Fenn',
  'Gallo',
  'Harou',
  'Issen',
  'Jaxx',
  'Kador',
];
const CORPORATE = [
  'Freight',
  'Mining',
  'Salvage',
  'Trading',
  'Holdings',
  'Shipyards',
  'Logistics',
  'Ventures',
];

/** Who issues a contract: made-up characters and corporations, one in ten in a corporation of the game's own. */
export function drawIssuer(random: Random): { issuer_id: number; issuer_corporation_id: number } {
  const character = Math.floor(random.fraction() ** 2 * CHARACTERS);
  const own = hashNumbers(character, 8) % 10 === 0;
  return {
    issuer_id: FIRST_CHARACTER + character,
    issuer_corporation_id: own
      ? NPC_CORPORATIONS.first + (hashNumbers(character, 9) % 199)
      : FIRST_CORPORATION + (hashNumbers(character, 10) % CORPORATIONS),
  };
}

/** The made-up name of a character or corporation of this world; undefined for any other id. */
export function namePerson(id: number): { name: string; category: 'character' | 'corporation' } | undefined {
  const character = id - FIRST_CHARACTER;
  if (character >= 0 && character < CHARACTERS) {
    return character % UNRESOLVABLE_EVERY === UNRESOLVABLE_EVERY - 1
      ? undefined
      : { name: nameCharacter(id), category: 'character' };
  }
  const isCorporation = id >= FIRST_CORPORATION && id < FIRST_CORPORATION + CORPORATIONS;
  if (isCorporation || (id >= NPC_CORPORATIONS.first && id <= NPC_CORPORATIONS.last)) {
    return { name: nameCorporation(id), category: 'corporation' };
  }
  return undefined;
}

export function nameCharacter(id: number): string {
  return `${choose(FIRST_NAMES, id, 11)} ${choose(LAST_NAMES, id, 12)} ${id % 10_000}`;
}

export function nameCorporation(id: number): string {
  return `${choose(LAST_NAMES, id, 13)} ${choose(CORPORATE, id, 14)} ${id % 10_000}`;
}

function choose(names: readonly string[], id: number, salt: number): string {
  return names[hashNumbers(id, salt) % names.length] as string;
}
