-- What lists read is in memory, or on a disk without a head to move: a page out of order costs about as much as the
-- next one. By default PostgreSQL takes it for four times as much, and reads and sorts all that is on offer instead of
-- following an index: half of all lists take a third longer, and some a hundred times as long.
-- https://www.postgresql.org/docs/18/runtime-config-query.html#GUC-RANDOM-PAGE-COST
-- Holds for connections that are opened from now on. Who may not set it, is only slower without.
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I SET random_page_cost = 1.1', current_database());
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'random_page_cost stays as it is: only the owner of the database can set it.';
END $$;

-- Where no index leads to what is asked for, all that is on offer is looked through. This one holds what filters ask
-- of a contract's row, so that they are answered without the table: 50,000 rows in 12 ms instead of 45.
DROP INDEX "contracts_offered_date_expired";
CREATE INDEX "contracts_offered_date_expired" ON "contracts" ("date_expired", "contract_id")
  INCLUDE ("date_issued", "region_id", "type", "start_location_id", "issuer_id", "issuer_corporation_id",
    "for_corporation", "price", "reward", "collateral", "buyout", "volume", "days_to_complete",
    "contains_additional_items", "ship_row_count")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
