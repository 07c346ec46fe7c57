import { CLASSIFICATION_VERSION, classifyContract, type CopiedItem } from '@hangar-bay/domain';
import type { MarketContract } from './market.js';
import type { Universe } from './universe.js';

/** Columns as COPY's text format takes them. */
export const CONTRACT_COLUMNS =
  'contract_id, region_id, type, issuer_id, issuer_corporation_id, for_corporation, date_issued, date_expired, title, ' +
  'price, reward, collateral, buyout, volume, days_to_complete, start_location_id, end_location_id, first_seen_at, ' +
  'items_state, visible_since, gone_at, ended_at, included_row_count, requested_row_count, ship_row_count, ' +
  'contains_additional_items, contains_blueprint_copies, category_ids, ship_type_id, ship_name, ship_quantity, ship_is_blueprint_copy, ship_runs, ' +
  'ship_material_efficiency, ship_time_efficiency, primary_type_id, primary_quantity, primary_is_blueprint_copy, ' +
  'primary_runs, primary_material_efficiency, primary_time_efficiency, least_runs, most_runs, ' +
  'least_material_efficiency, most_material_efficiency, least_time_efficiency, most_time_efficiency, ' +
  'classification_version';

export const ITEM_COLUMNS =
  'contract_id, position, record_id, type_id, quantity, is_included, item_id, is_blueprint_copy, runs, ' +
  'material_efficiency, time_efficiency, ended';

/** When a contract left the list, if it did. */
export interface End {
  readonly goneAt: string | null;
  /** goneAt, or of an expired contract its expiry. */
  readonly endedAt: string | null;
}

type Value = string | number | boolean | null | undefined;

/** A row of contracts as worker and triggers would have it, ready for COPY. */
export function contractLine({ regionId, row, items }: MarketContract, end: End, universe: Universe): string {
  const known = items.map((item) => ({ ...item, is_blueprint_copy: item.is_blueprint_copy === true }));
  const { ship, primary, ...counts } = classifyContract(known, universe.kindOf);
  return line([
    ...[row.contract_id, regionId, row.type, row.issuer_id, row.issuer_corporation_id],
    ...[row.for_corporation === true, row.date_issued, row.date_expired, row.title],
    ...[row.price, row.reward, row.collateral, row.buyout, row.volume, row.days_to_complete],
    ...[row.start_location_id, row.end_location_id, row.date_issued],
    ...[row.type === 'courier' ? 'none' : 'stored', row.date_issued, end.goneAt, end.endedAt],
    ...[counts.included_row_count, counts.requested_row_count, counts.ship_row_count],
    ...[
      counts.contains_additional_items,
      counts.contains_blueprint_copies,
      `{${counts.category_ids.join(',')}}`,
    ],
    ...[ship?.type_id, ship === null ? null : universe.data.types.get(ship.type_id)?.name, ...restOf(ship)],
    ...[primary?.type_id, ...restOf(primary), counts.least_runs, counts.most_runs],
    ...[counts.least_material_efficiency, counts.most_material_efficiency],
    ...[counts.least_time_efficiency, counts.most_time_efficiency],
    row.type === 'courier' ? 0 : CLASSIFICATION_VERSION,
  ]);
}

/** The rows of contract_items that belong to it. */
export function itemLines({ row, items }: MarketContract, { endedAt }: End): string[] {
  return items.map((item, position) =>
    line([
      ...[
        row.contract_id,
        position,
        item.record_id,
        item.type_id,
        item.quantity,
        item.is_included,
        item.item_id,
      ],
      ...[item.is_blueprint_copy === true, item.runs, item.material_efficiency, item.time_efficiency],
      endedAt !== null,
    ]),
  );
}

function restOf(item: CopiedItem | null): Value[] {
  return [
    item?.quantity,
    item?.is_blueprint_copy,
    item?.runs,
    item?.material_efficiency,
    item?.time_efficiency,
  ];
}

/** One line of COPY's text format. */
export function line(values: readonly Value[]): string {
  return `${values.map(field).join('\t')}\n`;
}

function field(value: Value): string {
  if (value === null || value === undefined) {
    return '\\N';
  }
  return typeof value === 'string' ? value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t') : String(value);
}
