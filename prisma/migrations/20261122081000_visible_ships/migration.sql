-- Ships are one contract in eighty, and not spread evenly over what lists are sorted by: the index of all volumes has
-- nearly a million rows before the first ship. These are small, and only contracts of ships pay for them.
CREATE INDEX "contracts_visible_ships" ON "contracts" ("date_issued", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ship_row_count" = 1;
CREATE INDEX "contracts_visible_ships_price" ON "contracts" ("price", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ship_row_count" = 1;
CREATE INDEX "contracts_visible_ships_volume" ON "contracts" ("volume", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ship_row_count" = 1;
CREATE INDEX "contracts_visible_ships_ship_name" ON "contracts" ("ship_name", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ship_row_count" = 1;
CREATE INDEX "contracts_offered_ships_volume" ON "contracts" ("volume", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL AND "ship_row_count" = 1;
CREATE INDEX "contracts_offered_ships_ship_name" ON "contracts" ("ship_name", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL AND "ship_row_count" = 1;
