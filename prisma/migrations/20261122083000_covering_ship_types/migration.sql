-- The summary of ships reads all of what is on offer, by type: with these columns in the index it does not look at the
-- table, where ships lie far apart.
DROP INDEX "contracts_offered_ships_type";
CREATE INDEX "contracts_offered_ships_type" ON "contracts" ("ship_type_id", "price", "contract_id")
  INCLUDE ("region_id", "type", "requested_row_count", "date_expired")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL AND "ship_row_count" = 1;
