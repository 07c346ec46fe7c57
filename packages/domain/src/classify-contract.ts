import type { EsiItem } from './esi/item.js';

/** Raise it when the rules below change: stored rows of a lower version are derived again from their items. */
export const CLASSIFICATION_VERSION = 3;

/** All ship groups belong to this category of ESI's. */
export const SHIP_CATEGORY_ID = 6;

/** What the rules ask of a type. */
export interface TypeKind {
  readonly is_ship: boolean;
  readonly category_id: number;
}

/** @param shipGroupIds SHIP_GROUP_IDS; null: all groups of ESI's category of ships. */
export function kindOfType(
  { group_id, category_id }: { readonly group_id: number; readonly category_id: number },
  shipGroupIds: ReadonlySet<number> | null,
): TypeKind {
  const is_ship = shipGroupIds === null ? category_id === SHIP_CATEGORY_ID : shipGroupIds.has(group_id);
  return { is_ship, category_id };
}

/** What a contract copies from the one item row that it is about. */
export interface CopiedItem {
  readonly type_id: number;
  readonly quantity: number;
  readonly is_blueprint_copy: boolean;
  readonly runs: number | null;
  readonly material_efficiency: number | null;
  readonly time_efficiency: number | null;
}

/** Of the terms of blueprints the least and the most that included items have; null where none has any. */
export interface TermBounds {
  readonly least_runs: number | null;
  readonly most_runs: number | null;
  readonly least_material_efficiency: number | null;
  readonly most_material_efficiency: number | null;
  readonly least_time_efficiency: number | null;
  readonly most_time_efficiency: number | null;
}

export interface Classification extends TermBounds {
  readonly included_row_count: number;
  readonly requested_row_count: number;
  /** 1 makes a ship contract, more a ship bundle. */
  readonly ship_row_count: number;
  readonly contains_additional_items: boolean;
  readonly contains_blueprint_copies: boolean;
  /** Of the included items, each once, in ascending order. */
  readonly category_ids: readonly number[];
  /** The ship of a ship contract. */
  readonly ship: CopiedItem | null;
  /** The item of a contract with a single included row. */
  readonly primary: CopiedItem | null;
}

/**
 * Derives what a contract sells from all of its item rows.
 *
 * Public ESI does not tell packaged from assembled, so rows of ship types are counted: exactly one included row of a
 * ship type makes a ship contract. Only included rows count; requested ones are what the buyer gives.
 *
 * @param kindOf null: the type is not known.
 */
export function classifyContract(
  items: readonly EsiItem[],
  kindOf: (typeId: number) => TypeKind | null,
): Classification {
  const included = items.filter((item) => item.is_included);
  const ships = included.filter((item) => kindOf(item.type_id)?.is_ship);
  return {
    included_row_count: included.length,
    requested_row_count: items.length - included.length,
    ship_row_count: ships.length,
    contains_additional_items: included.length > 1,
    contains_blueprint_copies: included.some((item) => item.is_blueprint_copy),
    category_ids: distinctOf(included.flatMap((item) => kindOf(item.type_id)?.category_id ?? [])),
    ship: copyOnly(ships),
    primary: copyOnly(included),
    ...boundsOf(included),
  };
}

const distinctOf = (ids: readonly number[]) => [...new Set(ids)].sort((left, right) => left - right);

function boundsOf(rows: readonly EsiItem[]): TermBounds {
  const runs = rows.flatMap((row) => row.runs ?? []);
  const materialEfficiency = rows.flatMap((row) => row.material_efficiency ?? []);
  const timeEfficiency = rows.flatMap((row) => row.time_efficiency ?? []);
  return {
    least_runs: leastOf(runs),
    most_runs: mostOf(runs),
    least_material_efficiency: leastOf(materialEfficiency),
    most_material_efficiency: mostOf(materialEfficiency),
    least_time_efficiency: leastOf(timeEfficiency),
    most_time_efficiency: mostOf(timeEfficiency),
  };
}

const leastOf = (values: readonly number[]) => (values.length === 0 ? null : Math.min(...values));
const mostOf = (values: readonly number[]) => (values.length === 0 ? null : Math.max(...values));

function copyOnly(rows: readonly EsiItem[]): CopiedItem | null {
  const [row, ...others] = rows;
  if (row === undefined || others.length > 0) {
    return null;
  }
  return {
    type_id: row.type_id,
    quantity: row.quantity,
    is_blueprint_copy: row.is_blueprint_copy,
    runs: row.runs ?? null,
    material_efficiency: row.material_efficiency ?? null,
    time_efficiency: row.time_efficiency ?? null,
  };
}
