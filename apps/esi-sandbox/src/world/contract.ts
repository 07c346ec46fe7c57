import { createRandom, type Random } from '../random.js';
import { writeTime, type BidRow, type ContractRow, type ItemRow } from '../wire.js';
import type { Catalogue } from './catalogue.js';
import { drawContents, drawMegaPack, drawSingle, type Contents, type Line } from './contents.js';
import { drawIssuer } from './people.js';
import type { Places } from './places.js';
import { isMegaPack, type Slot } from './schedule.js';

const COURIERS_IN_THE_FORGE = 0.004;
const COURIERS_ELSEWHERE = 0.02;
const AUCTIONS = 0.04;
const WITH_TITLE = 0.28;
const FOR_CORPORATION = 0.25;
/**
 * Contracts whose items are refused for as long as they are listed. That this is a property of the contract, and not
 * of the moment of asking, keeps the truth independent of when a client came.
 */
const WITHOUT_ITEMS = 0.005;
const FIRST_RECORD = 4_000_000_000;
const FIRST_ITEM = 1_030_000_000_000;
/** Room for the rows of one contract among record and item ids. */
const ROWS_PER_CONTRACT = 2048;

/** How the items and bids routes answer: 200, or one of ESI's three ways to say no. */
export type Availability = 200 | 204 | 403 | 404;

export interface Contract {
  region_id: number;
  contract_id: number;
  /** Virtual milliseconds at which it leaves the list. */
  goneAt: number;
  /** As it stands in the list. */
  row: ContractRow;
  /** The row as JSON, written once. */
  json: string;
  items: readonly ItemRow[];
  /** All bids there will ever be; those up to now are served. */
  bids: readonly BidRow[];
  /** While listed. */
  availability: Availability;
  /** After it has left the list. */
  refusal: Availability;
}

/** Makes the contract of a slot: always the same one for the same seed and slot. */
export function createContract(seed: number, slot: Slot, catalogue: Catalogue, places: Places): Contract {
  const random = createRandom(seed, slot.region_id, slot.sequence, 20);
  const type = isMegaPack(slot.sequence) ? 'item_exchange' : drawType(slot.region_id, random);
  const contents = type === 'courier' ? undefined : drawFor(slot, type, catalogue, random);
  const row: ContractRow = {
    ...(type === 'auction' ? { buyout: drawBuyout(contents, random) } : {}),
    ...(type === 'courier' ? drawFreight(random) : describe(contents)),
    contract_id: slot.contract_id,
    date_expired: writeTime(slot.expiresAt),
    date_issued: writeTime(slot.issuedAt),
    ...drawRoute(type, slot.region_id, places, random),
    ...(random.chance(FOR_CORPORATION) ? { for_corporation: true } : {}),
    ...drawIssuer(random),
    title: random.chance(WITH_TITLE) ? (contents?.title ?? 'Quick & safe').slice(0, 50) : '',
    type,
  };
  const refusal = drawRefusal(random);

  return {
    region_id: slot.region_id,
    contract_id: slot.contract_id,
    goneAt: slot.goneAt,
    row,
    json: JSON.stringify(row),
    items: contents === undefined ? [] : numberRows(slot, contents),
    bids: type === 'auction' ? drawBids(slot, row.price ?? 0, random) : [],
    availability: type !== 'courier' && random.chance(WITHOUT_ITEMS) ? refusal : 200,
    refusal,
  };
}

function drawType(regionId: number, random: Random): 'item_exchange' | 'auction' | 'courier' {
  const couriers = regionId === 10000002 ? COURIERS_IN_THE_FORGE : COURIERS_ELSEWHERE;
  const fraction = random.fraction();
  return fraction < couriers ? 'courier' : fraction < couriers + AUCTIONS ? 'auction' : 'item_exchange';
}

/** Auctions ask for nothing but bids. */
function drawFor(slot: Slot, type: string, catalogue: Catalogue, random: Random): Contents {
  if (isMegaPack(slot.sequence)) {
    return drawMegaPack(catalogue, random);
  }
  const contents = drawContents(slot.region_id, catalogue, random);
  const requests = contents.lines.some((line) => !line.included);
  return type === 'auction' && requests ? drawSingle(catalogue, random) : contents;
}

function describe(
  contents: Contents | undefined,
): Pick<ContractRow, 'collateral' | 'price' | 'reward' | 'volume'> {
  const included = contents?.lines.filter((line) => line.included) ?? [];
  return {
    collateral: 0,
    price: contents?.price ?? 0,
    reward: contents?.reward ?? 0,
    volume: included.reduce((sum, line) => sum + (line.type.volume ?? 0) * line.quantity, 0),
  };
}

function drawFreight(random: Random): Pick<ContractRow, 'collateral' | 'price' | 'reward' | 'volume'> {
  return {
    collateral: random.between(0, 200) * 10_000_000,
    price: 0,
    reward: random.between(1, 300) * 500_000,
    volume: random.between(1, 100_000) + 0.01 * random.between(0, 99),
  };
}

function drawRoute(
  type: string,
  regionId: number,
  places: Places,
  random: Random,
): Pick<ContractRow, 'days_to_complete' | 'end_location_id' | 'start_location_id'> {
  const start = places.drawIn(regionId, random);
  return type === 'courier'
    ? {
        days_to_complete: random.between(1, 14),
        end_location_id: places.drawAnywhere(random),
        start_location_id: start,
      }
    : { days_to_complete: 0, end_location_id: start, start_location_id: start };
}

/** 0 means that there is no buyout. */
function drawBuyout(contents: Contents | undefined, random: Random): number {
  return random.chance(0.4) ? 0 : Math.round((contents?.price ?? 0) * (1.5 + random.fraction()));
}

/** Mostly 204, which does not count against the error limit; the rest would spend it within minutes. */
function drawRefusal(random: Random): Availability {
  const fraction = random.fraction();
  return fraction < 0.7 ? 204 : fraction < 0.85 ? 404 : 403;
}

function numberRows(slot: Slot, contents: Contents): ItemRow[] {
  const base = slot.contract_id * ROWS_PER_CONTRACT;
  const rows = contents.lines.map((line, position) => writeItem(line, base + position));
  const last = rows.at(-1);
  return contents.repeatsLastRow && last !== undefined ? [...rows, { ...last }] : rows;
}

/** Requested rows have no item and no details. A copy is marked; an original has neither the mark nor runs. */
function writeItem(line: Line, number: number): ItemRow {
  const record = { quantity: line.quantity, record_id: FIRST_RECORD + number, type_id: line.type.type_id };
  if (!line.included) {
    return { is_included: false, ...record };
  }
  return {
    ...(line.blueprint?.runs === undefined ? {} : { is_blueprint_copy: true }),
    is_included: true,
    item_id: FIRST_ITEM + number,
    ...line.blueprint,
    ...record,
  };
}

/** The contract that a made item belongs to. */
export function contractOfItem(itemId: number): number {
  return Math.floor((itemId - FIRST_ITEM) / ROWS_PER_CONTRACT);
}

function drawBids(slot: Slot, startingPrice: number, random: Random): BidRow[] {
  const count = random.chance(0.3) ? 0 : random.between(1, 9);
  const times = Array.from(
    { length: count },
    () => slot.issuedAt + random.fraction() * (slot.goneAt - slot.issuedAt),
  );
  times.sort((first, second) => first - second);
  let amount = Math.max(startingPrice, 1000);
  return times.map((time, index) => {
    const bid = { amount, bid_id: slot.contract_id * 16 + index, date_bid: writeTime(time) };
    amount = Math.round(amount * (1.02 + random.fraction() / 5));
    return bid;
  });
}
