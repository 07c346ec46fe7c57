-- Blueprints are asked for by their terms: half of what is on offer, with what is asked for beside them; issuers and kinds
-- of ships are found by indexes of their own. Reading an entry takes as long as it has columns, so that both indexes
-- together cost less to read than one with everything. A filter on any one term implies the predicate.
CREATE INDEX "contracts_offered_terms" ON "contracts" ("least_material_efficiency", "most_material_efficiency",
    "least_time_efficiency", "most_time_efficiency", "least_runs", "most_runs", "contract_id")
  INCLUDE ("date_expired", "date_issued", "region_id", "type", "start_location_id", "for_corporation", "price", "reward",
    "collateral", "buyout", "volume", "reward_per_volume", "days_to_complete", "ship_name", "contains_additional_items",
    "contains_blueprint_copies", "category_ids", "ship_row_count")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL
    AND ("least_material_efficiency" IS NOT NULL OR "most_material_efficiency" IS NOT NULL
      OR "least_time_efficiency" IS NOT NULL OR "most_time_efficiency" IS NOT NULL
      OR "least_runs" IS NOT NULL OR "most_runs" IS NOT NULL);

DROP INDEX "contracts_offered_date_expired";
CREATE INDEX "contracts_offered_date_expired" ON "contracts" ("date_expired", "contract_id")
  INCLUDE ("date_issued", "region_id", "type", "start_location_id", "issuer_id", "issuer_corporation_id",
    "for_corporation", "price", "reward", "collateral", "buyout", "volume", "reward_per_volume", "days_to_complete",
    "ship_name", "contains_additional_items", "contains_blueprint_copies", "category_ids", "ship_row_count")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
