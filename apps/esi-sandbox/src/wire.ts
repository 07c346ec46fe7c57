/** Shapes of ESI's answers, in ESI's own names. Optional fields are left out, never null or false. */

export interface ContractRow {
  buyout?: number;
  collateral?: number;
  contract_id: number;
  date_expired: string;
  date_issued: string;
  days_to_complete?: number;
  end_location_id?: number;
  for_corporation?: boolean;
  issuer_corporation_id: number;
  issuer_id: number;
  price?: number;
  reward?: number;
  start_location_id?: number;
  title?: string;
  type: string;
  volume?: number;
}

export interface ItemRow {
  is_blueprint_copy?: boolean;
  is_included: boolean;
  item_id?: number;
  material_efficiency?: number;
  quantity: number;
  record_id: number;
  runs?: number;
  time_efficiency?: number;
  type_id: number;
}

export interface BidRow {
  amount: number;
  bid_id: number;
  date_bid: string;
}

export interface TypeAnswer {
  type_id: number;
  name: string;
  description: string;
  group_id: number;
  published: boolean;
  market_group_id?: number;
  [field: string]: unknown;
}

export interface GroupAnswer {
  group_id: number;
  category_id: number;
  name: string;
  published: boolean;
  types: number[];
}

export interface CategoryAnswer {
  category_id: number;
  name: string;
  published: boolean;
  groups: number[];
}

export interface RegionAnswer {
  region_id: number;
  name: string;
  constellations: number[];
  description?: string;
}

/** ESI writes times to the second, in UTC. */
export function writeTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
