-- Count, facets and page of a list come from one look at what matches, which needs the column that it is sorted by: this
-- index has all of them now. Both are NULL in most rows, where they take no room.
DROP INDEX "contracts_offered_date_expired";
CREATE INDEX "contracts_offered_date_expired" ON "contracts" ("date_expired", "contract_id")
  INCLUDE ("date_issued", "region_id", "type", "start_location_id", "issuer_id", "issuer_corporation_id",
    "for_corporation", "price", "reward", "collateral", "buyout", "volume", "reward_per_volume", "days_to_complete",
    "ship_name", "contains_additional_items", "contains_blueprint_copies", "category_ids", "ship_row_count",
    "least_runs", "most_runs", "least_material_efficiency", "most_material_efficiency", "least_time_efficiency",
    "most_time_efficiency")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
