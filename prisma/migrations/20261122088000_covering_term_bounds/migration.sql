-- As before, with what filters on terms ask for: 50,000 rows in 15 ms instead of 50.
DROP INDEX "contracts_offered_date_expired";
CREATE INDEX "contracts_offered_date_expired" ON "contracts" ("date_expired", "contract_id")
  INCLUDE ("date_issued", "region_id", "type", "start_location_id", "issuer_id", "issuer_corporation_id",
    "for_corporation", "price", "reward", "collateral", "buyout", "volume", "days_to_complete",
    "contains_additional_items", "ship_row_count", "least_runs", "most_runs", "least_material_efficiency",
    "most_material_efficiency", "least_time_efficiency", "most_time_efficiency")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
