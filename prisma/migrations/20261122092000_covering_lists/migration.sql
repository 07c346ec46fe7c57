-- As before, with what filters and facets of categories and of copies ask for.
DROP INDEX "contracts_offered_date_expired";
CREATE INDEX "contracts_offered_date_expired" ON "contracts" ("date_expired", "contract_id")
  INCLUDE ("date_issued", "region_id", "type", "start_location_id", "issuer_id", "issuer_corporation_id",
    "for_corporation", "price", "reward", "collateral", "buyout", "volume", "days_to_complete",
    "contains_additional_items", "contains_blueprint_copies", "category_ids", "ship_row_count", "least_runs",
    "most_runs", "least_material_efficiency", "most_material_efficiency", "least_time_efficiency",
    "most_time_efficiency")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;

-- The same of ships, one in a hundred contracts: of what is on offer, and of all that is served, for what is gone or
-- expired.
DROP INDEX "contracts_offered_ships_price", "contracts_offered_ships_volume", "contracts_offered_ships_ship_name";
DROP INDEX "contracts_offered_ships";
CREATE INDEX "contracts_offered_ships" ON "contracts" ("date_issued", "contract_id")
  INCLUDE ("date_expired", "region_id", "type", "start_location_id", "issuer_id", "issuer_corporation_id",
    "for_corporation", "price", "reward", "collateral", "buyout", "volume", "reward_per_volume", "days_to_complete",
    "ship_type_id", "ship_name", "contains_additional_items", "contains_blueprint_copies", "category_ids", "least_runs",
    "most_runs", "least_material_efficiency", "most_material_efficiency", "least_time_efficiency",
    "most_time_efficiency")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL AND "ship_row_count" = 1;
DROP INDEX "contracts_visible_ships";
CREATE INDEX "contracts_visible_ships" ON "contracts" ("date_issued", "contract_id")
  INCLUDE ("date_expired", "gone_at", "region_id", "type", "start_location_id", "issuer_id", "issuer_corporation_id",
    "for_corporation", "price", "reward", "collateral", "buyout", "volume", "reward_per_volume", "days_to_complete",
    "ship_type_id", "ship_name", "contains_additional_items", "contains_blueprint_copies", "category_ids", "least_runs",
    "most_runs", "least_material_efficiency", "most_material_efficiency", "least_time_efficiency",
    "most_time_efficiency")
  WHERE "visible_since" IS NOT NULL AND "ship_row_count" = 1;

-- Every order with what the status asks for, so that the first thousands are found without the rows.
DROP INDEX "contracts_visible_ships_price";
CREATE INDEX "contracts_visible_ships_price" ON "contracts" ("price", "contract_id") INCLUDE ("date_expired", "gone_at")
  WHERE "visible_since" IS NOT NULL AND "ship_row_count" = 1;
DROP INDEX "contracts_visible_ships_volume";
CREATE INDEX "contracts_visible_ships_volume" ON "contracts" ("volume", "contract_id") INCLUDE ("date_expired", "gone_at")
  WHERE "visible_since" IS NOT NULL AND "ship_row_count" = 1;
DROP INDEX "contracts_visible_ships_ship_name";
CREATE INDEX "contracts_visible_ships_ship_name" ON "contracts" ("ship_name", "contract_id") INCLUDE ("date_expired", "gone_at")
  WHERE "visible_since" IS NOT NULL AND "ship_row_count" = 1;
DROP INDEX "contracts_offered_date_issued";
CREATE INDEX "contracts_offered_date_issued" ON "contracts" ("date_issued", "contract_id") INCLUDE ("date_expired")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
DROP INDEX "contracts_offered_price";
CREATE INDEX "contracts_offered_price" ON "contracts" ("price", "contract_id") INCLUDE ("date_expired")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
DROP INDEX "contracts_offered_volume";
CREATE INDEX "contracts_offered_volume" ON "contracts" ("volume", "contract_id") INCLUDE ("date_expired")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
DROP INDEX "contracts_offered_ship_name";
CREATE INDEX "contracts_offered_ship_name" ON "contracts" ("ship_name", "contract_id") INCLUDE ("date_expired")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
DROP INDEX "contracts_offered_reward";
CREATE INDEX "contracts_offered_reward" ON "contracts" ("reward", "contract_id") INCLUDE ("date_expired")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
DROP INDEX "contracts_offered_collateral";
CREATE INDEX "contracts_offered_collateral" ON "contracts" ("collateral", "contract_id") INCLUDE ("date_expired")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
DROP INDEX "contracts_offered_buyout";
CREATE INDEX "contracts_offered_buyout" ON "contracts" ("buyout", "contract_id") INCLUDE ("date_expired")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
DROP INDEX "contracts_offered_days_to_complete";
CREATE INDEX "contracts_offered_days_to_complete" ON "contracts" ("days_to_complete", "contract_id") INCLUDE ("date_expired")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
DROP INDEX "contracts_offered_reward_per_volume";
CREATE INDEX "contracts_offered_reward_per_volume" ON "contracts" ("reward_per_volume", "contract_id") INCLUDE ("date_expired")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
