import {
  PLACES,
  SHIP_CATEGORY,
  TYPES,
  type NaiveContract,
  type NaiveItem,
  type NaivePlace,
  type NaiveType,
} from './small-world.js';

/** A query as it is written in the URL, each parameter with its values. */
export type NaiveQuery = Readonly<Record<string, readonly (string | number | boolean)[]>>;

type Values = readonly (string | number | boolean)[];
type Test = (contract: NaiveContract, values: Values) => boolean;

const has = (values: Values, value: string | number | null) => value !== null && values.includes(value);
const typeOf = (typeId: number) => TYPES.find(({ type_id }) => type_id === typeId) as NaiveType;
const placeOf = ({ start_location_id }: NaiveContract): NaivePlace | undefined =>
  PLACES.find(({ location_id }) => location_id === start_location_id);
const included = ({ items }: NaiveContract) => items.filter(({ is_included }) => is_included);
const shipsOf = (contract: NaiveContract) =>
  included(contract)
    .map(({ type_id }) => typeOf(type_id))
    .filter(({ category_id }) => category_id === SHIP_CATEGORY);

/** The ship of a ship contract. */
export function shipOf(contract: NaiveContract): NaiveType | null {
  const ships = shipsOf(contract);
  return ships.length === 1 ? (ships[0] as NaiveType) : null;
}

function statusOf({ gone_at, date_expired }: NaiveContract): string {
  if (gone_at !== null) {
    return 'gone';
  }
  return Date.parse(date_expired) <= Date.now() ? 'expired' : 'outstanding';
}

const OF_CONTRACT: Readonly<Record<string, Test>> = {
  region_id: ({ region_id }, values) => has(values, region_id),
  system_id: (contract, values) => has(values, placeOf(contract)?.system_id ?? null),
  location_id: ({ start_location_id }, values) => has(values, start_location_id),
  security: (contract, values) => has(values, placeOf(contract)?.security ?? null),
  type: ({ type }, values) => has(values, type),
  status: (contract, [status]) => status === 'any' || statusOf(contract) === status,
  ship_type_id: (contract, values) => has(values, shipOf(contract)?.type_id ?? null),
  ship_group_id: (contract, values) => has(values, shipOf(contract)?.group_id ?? null),
  ship_bundle: (contract, [value]) => shipsOf(contract).length > 1 === value,
  contains_additional_items: (contract, [value]) => included(contract).length > 1 === value,
  wants_type_id: ({ items }, values) =>
    items.some(({ is_included, type_id }) => !is_included && has(values, type_id)),
  q: (contract, [text]) => {
    const texts = [
      contract.title,
      placeOf(contract)?.name ?? '',
      ...included(contract).map((item) => typeOf(item.type_id).name),
    ];
    return texts.some((each) => each.toLowerCase().includes(String(text).toLowerCase()));
  },
  issuer_id: ({ issuer_id }, values) => has(values, issuer_id),
  issuer_corporation_id: ({ issuer_corporation_id }, values) => has(values, issuer_corporation_id),
  for_corporation: ({ for_corporation }, [value]) => for_corporation === value,
  issued_after: ({ date_issued }, [time]) => Date.parse(date_issued) > Date.parse(String(time)),
  issued_before: ({ date_issued }, [time]) => Date.parse(date_issued) < Date.parse(String(time)),
  expires_after: ({ date_expired }, [time]) => Date.parse(date_expired) > Date.parse(String(time)),
  expires_before: ({ date_expired }, [time]) => Date.parse(date_expired) < Date.parse(String(time)),
};

const OF_ITEM: Readonly<Record<string, (item: NaiveItem, values: Values) => boolean>> = {
  type_id: ({ type_id }, values) => has(values, type_id),
  group_id: ({ type_id }, values) => has(values, typeOf(type_id).group_id),
  category_id: ({ type_id }, values) => has(values, typeOf(type_id).category_id),
  market_group_id: ({ type_id }, values) => typeOf(type_id).market_group_ids.some((id) => has(values, id)),
  is_blueprint_copy: ({ is_blueprint_copy }) => is_blueprint_copy,
};

const RANGES_OF_ITEM = { runs: 'runs', me: 'material_efficiency', te: 'time_efficiency' } as const;
const RANGES = ['price', 'buyout', 'reward', 'collateral', 'volume', 'days_to_complete'] as const;

/** Whether a contract satisfies every parameter. */
export function matches(contract: NaiveContract, query: NaiveQuery): boolean {
  const given = Object.entries({ status: ['outstanding'], ...query });
  const ofItem = given.filter(([name, [value]]) => isAboutOneItem(name, value));
  return (
    given.every(([name, values]) => matchesContract(contract, name, values)) &&
    (ofItem.length === 0 || matchingItems(contract, query).length > 0)
  );
}

/** Included items that satisfy all item filters together. */
export function matchingItems(contract: NaiveContract, query: NaiveQuery): NaiveItem[] {
  const ofItem = Object.entries(query).filter(([name, [value]]) => isAboutOneItem(name, value));
  return included(contract).filter((item) =>
    ofItem.every(([name, values]) => matchesItem(item, name, values)),
  );
}

function isAboutOneItem(name: string, value: unknown): boolean {
  return (
    (name in OF_ITEM && !(name === 'is_blueprint_copy' && value === false)) ||
    /^(min|max)_(runs|me|te)$/.test(name)
  );
}

function matchesContract(contract: NaiveContract, name: string, values: Values): boolean {
  const column = RANGES.find((each) => name === `min_${each}` || name === `max_${each}`);
  if (column !== undefined) {
    return isWithin(contract[column], name, values);
  }
  if (name === 'is_blueprint_copy' && values[0] === false) {
    return included(contract).every(({ is_blueprint_copy }) => !is_blueprint_copy);
  }
  return OF_CONTRACT[name]?.(contract, values) ?? true;
}

function matchesItem(item: NaiveItem, name: string, values: Values): boolean {
  const [, range] = /^(?:min|max)_(runs|me|te)$/.exec(name) ?? [];
  return range === undefined
    ? (OF_ITEM[name]?.(item, values) ?? true)
    : isWithin(item[RANGES_OF_ITEM[range as keyof typeof RANGES_OF_ITEM]], name, values);
}

function isWithin(value: number | null, name: string, [bound]: Values): boolean {
  return value !== null && (name.startsWith('min_') ? value >= Number(bound) : value <= Number(bound));
}
