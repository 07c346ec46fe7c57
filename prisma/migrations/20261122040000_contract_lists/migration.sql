-- AlterTable
ALTER TABLE "contracts" ADD COLUMN     "ended_at" TIMESTAMPTZ(3),
ADD COLUMN     "ship_name" TEXT COLLATE "C",
-- A volume so small that the quotient would leave the range of a double counts as none.
ADD COLUMN     "reward_per_volume" DOUBLE PRECISION
  GENERATED ALWAYS AS (CASE WHEN "volume" > 1e-100 THEN "reward"::float8 / "volume" END) STORED;

-- AlterTable
ALTER TABLE "contract_items" ADD COLUMN     "ended" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "types_market_group_id_idx" ON "types"("market_group_id");

-- CreateIndex
CREATE INDEX "market_groups_parent_group_id_idx" ON "market_groups"("parent_group_id");

-- Below: what the Prisma schema cannot say.

-- When a contract ended is said in one place, whoever writes: when it is gone, or, once the maintenance task `expiry`
-- has touched the row, when it expired. A contract that comes back is no longer ended.
CREATE FUNCTION "contracts_note_end"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.ended_at := CASE WHEN NEW.gone_at IS NOT NULL THEN NEW.gone_at
                       WHEN NEW.date_expired <= now() THEN NEW.date_expired END;
  RETURN NEW;
END $$;
CREATE TRIGGER "contracts_note_end" BEFORE INSERT OR UPDATE OF "gone_at", "date_expired", "ended_at" ON "contracts"
  FOR EACH ROW EXECUTE FUNCTION "contracts_note_end"();

-- The items of ended contracts leave the indexes of what is on offer, and come back with their contract. An item of a
-- contract that has not ended is never marked; the row of the contract, locked by its update, keeps the order.
CREATE FUNCTION "contracts_mark_items"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE contract_items SET ended = NEW.ended_at IS NOT NULL
   WHERE contract_id = NEW.contract_id AND ended <> (NEW.ended_at IS NOT NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER "contracts_mark_items" AFTER UPDATE ON "contracts" FOR EACH ROW
  WHEN ((OLD.ended_at IS NULL) <> (NEW.ended_at IS NULL)) EXECUTE FUNCTION "contracts_mark_items"();

-- Items that are stored after their contract ended. FOR SHARE: a contract that comes back at this moment waits, and
-- then finds them.
CREATE FUNCTION "contract_items_mark_late"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM contracts WHERE contract_id = NEW.contract_id AND ended_at IS NOT NULL) THEN
    NEW.ended := EXISTS (
      SELECT FROM contracts WHERE contract_id = NEW.contract_id AND ended_at IS NOT NULL FOR SHARE);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "contract_items_mark_late" BEFORE INSERT ON "contract_items" FOR EACH ROW
  EXECUTE FUNCTION "contract_items_mark_late"();

-- The name of a contract's ship, copied so that an index can give its order. FOR SHARE: a new name waits for the
-- contracts that are being written with the old one, and then finds them.
CREATE FUNCTION "contracts_copy_ship_name"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.ship_name := NULL;
  SELECT name INTO NEW.ship_name FROM types WHERE type_id = NEW.ship_type_id FOR SHARE;
  RETURN NEW;
END $$;
CREATE TRIGGER "contracts_copy_ship_name" BEFORE INSERT OR UPDATE OF "ship_type_id" ON "contracts" FOR EACH ROW
  WHEN (NEW.ship_type_id IS NOT NULL OR NEW.ship_name IS NOT NULL) EXECUTE FUNCTION "contracts_copy_ship_name"();

CREATE FUNCTION "types_name_ships"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE contracts SET ship_name = NEW.name
   WHERE ship_type_id = NEW.type_id AND ship_name IS DISTINCT FROM NEW.name;
  RETURN NULL;
END $$;
CREATE TRIGGER "types_name_ships" AFTER INSERT OR UPDATE OF "name" ON "types" FOR EACH ROW
  EXECUTE FUNCTION "types_name_ships"();

-- What is there already.
UPDATE "contracts" SET "ended_at" = NULL WHERE "gone_at" IS NOT NULL OR "date_expired" <= now();
UPDATE "contracts" SET "ship_name" = types.name FROM "types" WHERE types.type_id = contracts.ship_type_id;

-- Every order that the API offers, over what is on offer. A row whose date_expired has passed and that the task `expiry`
-- has not touched yet is filtered by the query. Values that may be missing sort last both ways: the queries ask for
-- those rows apart, so that one index serves both directions.
CREATE INDEX "contracts_offered_date_issued" ON "contracts" ("date_issued", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_date_expired" ON "contracts" ("date_expired", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_price" ON "contracts" ("price", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_volume" ON "contracts" ("volume", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_ship_name" ON "contracts" ("ship_name", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_reward" ON "contracts" ("reward", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_collateral" ON "contracts" ("collateral", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_buyout" ON "contracts" ("buyout", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_days_to_complete" ON "contracts" ("days_to_complete", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_reward_per_volume" ON "contracts" ("reward_per_volume", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;

-- The same orders over all that is served, for `status=any`, `gone` and `expired`.
CREATE INDEX "contracts_visible_date_issued" ON "contracts" ("date_issued", "contract_id") WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_date_expired" ON "contracts" ("date_expired", "contract_id") WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_price" ON "contracts" ("price", "contract_id") WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_volume" ON "contracts" ("volume", "contract_id") WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_ship_name" ON "contracts" ("ship_name", "contract_id") WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_reward" ON "contracts" ("reward", "contract_id") WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_collateral" ON "contracts" ("collateral", "contract_id") WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_buyout" ON "contracts" ("buyout", "contract_id") WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_days_to_complete" ON "contracts" ("days_to_complete", "contract_id") WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_reward_per_volume" ON "contracts" ("reward_per_volume", "contract_id") WHERE "visible_since" IS NOT NULL;

-- Filters that leave few rows. With date_expired, what is on offer is counted without a look at the table.
CREATE INDEX "contracts_offered_region" ON "contracts" ("region_id", "date_issued", "contract_id")
  INCLUDE ("date_expired") WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_start_location" ON "contracts" ("start_location_id", "date_issued", "contract_id")
  INCLUDE ("date_expired") WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_type" ON "contracts" ("type", "date_issued", "contract_id")
  INCLUDE ("date_expired") WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL;
CREATE INDEX "contracts_offered_ships" ON "contracts" ("date_issued", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL AND "ship_row_count" = 1;
CREATE INDEX "contracts_offered_ships_price" ON "contracts" ("price", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL AND "ship_row_count" = 1;
CREATE INDEX "contracts_offered_ships_type" ON "contracts" ("ship_type_id", "price", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL AND "ship_row_count" = 1;
CREATE INDEX "contracts_offered_bundles" ON "contracts" ("date_issued", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL AND "ship_row_count" > 1;
CREATE INDEX "contracts_visible_region" ON "contracts" ("region_id", "date_issued", "contract_id")
  WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_type" ON "contracts" ("type", "date_issued", "contract_id") WHERE "visible_since" IS NOT NULL;
CREATE INDEX "contracts_visible_bundles" ON "contracts" ("date_issued", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "ship_row_count" > 1;
CREATE INDEX "contracts_ship_type" ON "contracts" ("ship_type_id") WHERE "ship_type_id" IS NOT NULL;
CREATE INDEX "contracts_issuer" ON "contracts" ("issuer_id");
CREATE INDEX "contracts_issuer_corporation" ON "contracts" ("issuer_corporation_id");

-- The filters on items read nothing but these.
CREATE INDEX "contract_items_offered" ON "contract_items" ("type_id", "contract_id")
  INCLUDE ("is_blueprint_copy", "runs", "material_efficiency", "time_efficiency") WHERE "is_included" AND NOT "ended";
CREATE INDEX "contract_items_included" ON "contract_items" ("type_id", "contract_id")
  INCLUDE ("is_blueprint_copy", "runs", "material_efficiency", "time_efficiency") WHERE "is_included";
CREATE INDEX "contract_items_requested" ON "contract_items" ("type_id", "contract_id") WHERE NOT "is_included";

-- A text of two characters has no trigram: these titles are read one by one.
CREATE INDEX "contracts_offered_title" ON "contracts" ("contract_id") INCLUDE ("title")
  WHERE "visible_since" IS NOT NULL AND "ended_at" IS NULL AND "title" <> '';

-- What the task `expiry` looks for.
CREATE INDEX "contracts_unended" ON "contracts" ("date_expired") WHERE "ended_at" IS NULL;

-- The indexes above take the place of these, which also held everything that expired.
DROP INDEX "contracts_outstanding_date_issued", "contracts_outstanding_date_expired", "contracts_outstanding_price",
  "contracts_outstanding_region", "contracts_outstanding_ship_date_issued", "contracts_outstanding_ship_price",
  "contracts_outstanding_ship_type";
