import type { Random } from '../random.js';
import type { StaticType } from '../static-data.js';
import { worthOf, type Catalogue } from './catalogue.js';

/** One row of a contract's contents before it gets its ids. */
export interface Line {
  type: StaticType;
  quantity: number;
  included: boolean;
  blueprint?: { runs?: number; material_efficiency: number; time_efficiency: number };
}

export interface Contents {
  lines: Line[];
  /** What the issuer asks for it, in ISK; 0 with a reward is a wish to buy. */
  price: number;
  reward: number;
  /** A title that fits, for issuers who write one. */
  title: string;
  /** The last row comes twice, with the same record_id, as ESI has been seen to do. */
  repeatsLastRow: boolean;
}

interface Kind {
  share: number;
  draw: (catalogue: Catalogue, random: Random) => Contents;
}

/** Shares in The Forge follow measured ones: half of all contracts hold a blueprint copy, 1.2 % a ship. */
const MARKET_HUB: readonly Kind[] = [
  { share: 0.012, draw: drawShip },
  { share: 0.003, draw: drawShipBundle },
  { share: 0.48, draw: drawBlueprintCopies },
  { share: 0.05, draw: drawBlueprintOriginal },
  { share: 0.012, draw: drawWish },
  { share: 0.008, draw: drawSwap },
  { share: 0.012, draw: drawMutated },
  { share: 0.2, draw: drawPack },
  { share: 1, draw: drawSingle },
];

/** Elsewhere people also sell what they fly, so that even a small world has ships. */
const ELSEWHERE: readonly Kind[] = [
  { share: 0.08, draw: drawShip },
  { share: 0.01, draw: drawShipBundle },
  { share: 0.42, draw: drawBlueprintCopies },
  ...MARKET_HUB.slice(3),
];

const THE_FORGE = 10000002;

export function drawContents(regionId: number, catalogue: Catalogue, random: Random): Contents {
  const kinds = regionId === THE_FORGE ? MARKET_HUB : ELSEWHERE;
  let left = random.fraction();
  for (const kind of kinds) {
    left -= kind.share;
    if (left < 0) {
      return kind.draw(catalogue, random);
    }
  }
  return drawSingle(catalogue, random);
}

/** More rows than fit on one page of ESI's items route. */
export function drawMegaPack(catalogue: Catalogue, random: Random): Contents {
  const lines = Array.from({ length: random.between(1001, 1300) }, () =>
    random.chance(0.5) ? lineOf(random.pick(catalogue.modules)) : stackOf(catalogue, random),
  );
  return priced(lines, random, 'Station clear-out, everything must go');
}

function drawShip(catalogue: Catalogue, random: Random): Contents {
  const ship = random.pick(catalogue.ships);
  const lines = [lineOf(ship)];
  if (random.chance(0.45)) {
    const fitting = random.between(1, 14);
    for (let row = 0; row < fitting; row += 1) {
      lines.push(random.chance(0.7) ? lineOf(random.pick(catalogue.modules)) : stackOf(catalogue, random));
    }
  }
  return priced(lines, random, lines.length > 1 ? `${ship.name} & fit` : ship.name);
}

function drawShipBundle(catalogue: Catalogue, random: Random): Contents {
  const lines = Array.from({ length: random.between(2, 5) }, () => lineOf(random.pick(catalogue.ships)));
  return priced(lines, random, `${lines.length} ships │ take all`);
}

function drawBlueprintCopies(catalogue: Catalogue, random: Random): Contents {
  const count = random.chance(0.8) ? 1 : random.between(2, 25);
  const blueprint = random.pickSkewed(catalogue.blueprints);
  const researched = random.chance(0.7);
  const lines = Array.from({ length: count }, () =>
    lineOf(random.chance(0.8) ? blueprint : random.pick(catalogue.blueprints), {
      runs: random.pick([1, 1, 2, 5, 10, 50, 300]),
      material_efficiency: researched ? random.between(1, 10) : 0,
      time_efficiency: researched ? random.between(0, 10) * 2 : 0,
    }),
  );
  return {
    ...priced(lines, random, count === 1 ? `◆ ${blueprint.name} ◆` : `${count} x BPC, ME10/TE20`),
    repeatsLastRow: random.chance(0.004),
  };
}

function drawBlueprintOriginal(catalogue: Catalogue, random: Random): Contents {
  const line = lineOf(random.pickSkewed(catalogue.blueprints), {
    material_efficiency: random.between(0, 10),
    time_efficiency: random.between(0, 10) * 2,
  });
  return priced([line], random, 'BPO - Great Buy!');
}

/** The issuer pays: price 0, a reward, and only requested rows. */
function drawWish(catalogue: Catalogue, random: Random): Contents {
  const wanted = random.pick([random.pick(catalogue.ships), random.pick(catalogue.modules)]);
  const quantity = random.between(1, 5);
  return {
    lines: [{ type: wanted, quantity, included: false }],
    price: 0,
    reward: roundIsk(worthOf(wanted) * quantity * (0.5 + random.fraction())),
    title: `WTB ${wanted.name}`,
    repeatsLastRow: false,
  };
}

/** Something against PLEX: the price is a requested row. */
function drawSwap(catalogue: Catalogue, random: Random): Contents {
  const offered = drawPack(catalogue, random);
  const asked: Line = { type: catalogue.plex, quantity: random.between(50, 2000), included: false };
  return { ...offered, lines: [...offered.lines, asked], price: 0, title: 'for PLEX ♥' };
}

function drawMutated(catalogue: Catalogue, random: Random): Contents {
  const mutated = random.pick(catalogue.mutated);
  return priced([lineOf(mutated)], random, `★ ${mutated.name} ★`);
}

function drawPack(catalogue: Catalogue, random: Random): Contents {
  const count = random.chance(0.9) ? random.between(2, 9) : random.between(10, 60);
  const lines = Array.from({ length: count }, () =>
    random.chance(0.5) ? lineOf(random.pick(catalogue.modules)) : stackOf(catalogue, random),
  );
  return {
    ...priced(
      lines,
      random,
      random.pick([' Mission loot, cheap ', 'Loot & salvage', `${count} items, one price`]),
    ),
    repeatsLastRow: random.chance(0.01),
  };
}

export function drawSingle(catalogue: Catalogue, random: Random): Contents {
  const line = random.chance(0.6) ? lineOf(random.pick(catalogue.curiosities)) : stackOf(catalogue, random);
  return priced([line], random, random.pick([line.type.name, 'Дёшево', '旗舰配件']));
}

function lineOf(type: StaticType, blueprint?: Line['blueprint']): Line {
  return { type, quantity: 1, included: true, ...(blueprint === undefined ? {} : { blueprint }) };
}

function stackOf(catalogue: Catalogue, random: Random): Line {
  return {
    type: random.pick(catalogue.stacks),
    quantity: random.pick([1, 10, 100, 5000, 250_000]),
    included: true,
  };
}

function priced(lines: Line[], random: Random, title: string): Contents {
  const worth = lines.reduce((sum, line) => sum + worthOf(line.type) * line.quantity, 0);
  const price = random.chance(0.01) ? 0 : roundIsk(Math.min(worth, 1e12) * (0.2 + random.fraction() * 2));
  return { lines, price, reward: 0, title, repeatsLastRow: false };
}

/** Most people ask for round sums, a few for cents. */
function roundIsk(amount: number): number {
  return amount > 100_000 ? Math.round(amount / 10_000) * 10_000 : Math.round(amount * 100) / 100;
}
