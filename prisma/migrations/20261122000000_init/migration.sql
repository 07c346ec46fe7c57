-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "contract_type" AS ENUM ('unknown', 'item_exchange', 'auction', 'courier', 'loan');

-- CreateEnum
CREATE TYPE "items_state" AS ENUM ('pending', 'stored', 'none', 'unavailable', 'failed');

-- CreateTable
CREATE TABLE "regions" (
    "region_id" INTEGER NOT NULL,
    "listed_at" TIMESTAMPTZ(3),
    "generation" TIMESTAMPTZ(3),
    "next_due_at" TIMESTAMPTZ(3),
    "last_sweep_at" TIMESTAMPTZ(3),
    "last_sweep_outcome" TEXT,
    "last_complete_sweep_at" TIMESTAMPTZ(3),
    "failed_sweeps" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "regions_pkey" PRIMARY KEY ("region_id")
);

-- CreateTable
CREATE TABLE "region_pages" (
    "region_id" INTEGER NOT NULL,
    "page" INTEGER NOT NULL,
    "etag" TEXT,
    "last_modified" TIMESTAMPTZ(3) NOT NULL,
    "named" BOOLEAN NOT NULL DEFAULT true,
    "page_count" INTEGER NOT NULL,
    "fresh_until" TIMESTAMPTZ(3) NOT NULL,
    "contract_ids" BIGINT[],
    "gap_starts" BIGINT[] DEFAULT ARRAY[]::BIGINT[],
    "gap_ends" BIGINT[] DEFAULT ARRAY[]::BIGINT[],

    CONSTRAINT "region_pages_pkey" PRIMARY KEY ("region_id","page")
);

-- CreateTable
CREATE TABLE "contracts" (
    "contract_id" BIGINT NOT NULL,
    "region_id" INTEGER NOT NULL,
    "type" "contract_type" NOT NULL,
    "issuer_id" BIGINT NOT NULL,
    "issuer_corporation_id" BIGINT NOT NULL,
    "for_corporation" BOOLEAN NOT NULL DEFAULT false,
    "date_issued" TIMESTAMPTZ(3) NOT NULL,
    "date_expired" TIMESTAMPTZ(3) NOT NULL,
    "title" TEXT NOT NULL DEFAULT '',
    "price" DECIMAL(20,2),
    "reward" DECIMAL(20,2),
    "collateral" DECIMAL(20,2),
    "buyout" DECIMAL(20,2),
    "volume" DOUBLE PRECISION,
    "days_to_complete" INTEGER,
    "start_location_id" BIGINT,
    "end_location_id" BIGINT,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "items_state" "items_state" NOT NULL,
    "visible_since" TIMESTAMPTZ(3),
    "gone_at" TIMESTAMPTZ(3),
    "included_row_count" INTEGER NOT NULL DEFAULT 0,
    "requested_row_count" INTEGER NOT NULL DEFAULT 0,
    "ship_row_count" INTEGER NOT NULL DEFAULT 0,
    "contains_additional_items" BOOLEAN NOT NULL DEFAULT false,
    "ship_type_id" INTEGER,
    "ship_quantity" BIGINT,
    "ship_is_blueprint_copy" BOOLEAN,
    "ship_runs" INTEGER,
    "ship_material_efficiency" INTEGER,
    "ship_time_efficiency" INTEGER,
    "primary_type_id" INTEGER,
    "primary_quantity" BIGINT,
    "primary_is_blueprint_copy" BOOLEAN,
    "primary_runs" INTEGER,
    "primary_material_efficiency" INTEGER,
    "primary_time_efficiency" INTEGER,
    "classification_version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "contracts_pkey" PRIMARY KEY ("contract_id")
);

-- CreateTable
CREATE TABLE "contract_items" (
    "contract_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "record_id" BIGINT NOT NULL,
    "type_id" INTEGER NOT NULL,
    "quantity" BIGINT NOT NULL,
    "is_included" BOOLEAN NOT NULL,
    "item_id" BIGINT,
    "is_blueprint_copy" BOOLEAN NOT NULL DEFAULT false,
    "runs" INTEGER,
    "material_efficiency" INTEGER,
    "time_efficiency" INTEGER,

    CONSTRAINT "contract_items_pkey" PRIMARY KEY ("contract_id","position")
);

-- CreateTable
CREATE TABLE "contract_bids" (
    "contract_id" BIGINT NOT NULL,
    "bid_id" BIGINT NOT NULL,
    "amount" DECIMAL(20,2) NOT NULL,
    "date_bid" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "contract_bids_pkey" PRIMARY KEY ("contract_id","bid_id")
);

-- CreateTable
CREATE TABLE "types" (
    "type_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "group_id" INTEGER NOT NULL,
    "market_group_id" INTEGER,
    "raw" JSONB NOT NULL,
    "refreshed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "types_pkey" PRIMARY KEY ("type_id")
);

-- CreateTable
CREATE TABLE "groups" (
    "group_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "category_id" INTEGER NOT NULL,
    "raw" JSONB NOT NULL,
    "refreshed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "groups_pkey" PRIMARY KEY ("group_id")
);

-- CreateTable
CREATE TABLE "categories" (
    "category_id" INTEGER NOT NULL,
    "name" TEXT,
    "raw" JSONB NOT NULL,
    "refreshed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "categories_pkey" PRIMARY KEY ("category_id")
);

-- CreateTable
CREATE TABLE "market_groups" (
    "market_group_id" INTEGER NOT NULL,
    "name" TEXT,
    "parent_group_id" INTEGER,
    "raw" JSONB NOT NULL,
    "refreshed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "market_groups_pkey" PRIMARY KEY ("market_group_id")
);

-- CreateTable
CREATE TABLE "names" (
    "id" BIGINT NOT NULL,
    "name" TEXT,
    "category" TEXT,
    "resolved_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),

    CONSTRAINT "names_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "locations" (
    "location_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT,
    "system_id" INTEGER,
    "resolved_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),

    CONSTRAINT "locations_pkey" PRIMARY KEY ("location_id")
);

-- CreateTable
CREATE TABLE "systems" (
    "system_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "constellation_id" INTEGER NOT NULL,
    "region_id" INTEGER NOT NULL,
    "security_status" DOUBLE PRECISION NOT NULL,
    "raw" JSONB NOT NULL,

    CONSTRAINT "systems_pkey" PRIMARY KEY ("system_id")
);

-- CreateTable
CREATE TABLE "dead_letters" (
    "id" TEXT NOT NULL,
    "queue" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "error" TEXT NOT NULL,
    "region_id" INTEGER,
    "contract_id" BIGINT,
    "payload" JSON NOT NULL,
    "correlation_id" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 1,
    "first_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dead_letters_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "contract_items_type_id_idx" ON "contract_items"("type_id");

-- CreateIndex
CREATE INDEX "types_group_id_idx" ON "types"("group_id");

-- CreateIndex
CREATE INDEX "groups_category_id_idx" ON "groups"("category_id");

-- CreateIndex
CREATE INDEX "locations_system_id_idx" ON "locations"("system_id");

-- CreateIndex
CREATE INDEX "dead_letters_reason_idx" ON "dead_letters"("reason");

-- CreateIndex
CREATE INDEX "dead_letters_last_at_idx" ON "dead_letters"("last_at");

-- AddForeignKey
ALTER TABLE "region_pages" ADD CONSTRAINT "region_pages_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "regions"("region_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "regions"("region_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contract_items" ADD CONSTRAINT "contract_items_contract_id_fkey" FOREIGN KEY ("contract_id") REFERENCES "contracts"("contract_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contract_bids" ADD CONSTRAINT "contract_bids_contract_id_fkey" FOREIGN KEY ("contract_id") REFERENCES "contracts"("contract_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "types" ADD CONSTRAINT "types_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("group_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "locations" ADD CONSTRAINT "locations_system_id_fkey" FOREIGN KEY ("system_id") REFERENCES "systems"("system_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Below: what the Prisma schema cannot say. Prisma leaves these indexes alone.

-- The orders that the API offers, over what it serves by default. A row whose date_expired has passed is filtered by
-- the query. Values that may be missing sort last both ways: the queries ask for those rows apart, so that one index
-- serves both directions.
CREATE INDEX "contracts_outstanding_date_issued" ON "contracts" ("date_issued" DESC, "contract_id" DESC)
  WHERE "visible_since" IS NOT NULL AND "gone_at" IS NULL;
CREATE INDEX "contracts_outstanding_date_expired" ON "contracts" ("date_expired", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "gone_at" IS NULL;
CREATE INDEX "contracts_outstanding_price" ON "contracts" ("price", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "gone_at" IS NULL;

-- The same for one region, and for ship contracts.
CREATE INDEX "contracts_outstanding_region" ON "contracts" ("region_id", "date_issued" DESC, "contract_id" DESC)
  WHERE "visible_since" IS NOT NULL AND "gone_at" IS NULL;
CREATE INDEX "contracts_outstanding_ship_date_issued" ON "contracts" ("date_issued" DESC, "contract_id" DESC)
  WHERE "visible_since" IS NOT NULL AND "gone_at" IS NULL AND "ship_row_count" = 1;
CREATE INDEX "contracts_outstanding_ship_price" ON "contracts" ("price", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "gone_at" IS NULL AND "ship_row_count" = 1;
CREATE INDEX "contracts_outstanding_ship_type" ON "contracts" ("ship_type_id", "price", "contract_id")
  WHERE "visible_since" IS NOT NULL AND "gone_at" IS NULL AND "ship_row_count" = 1;

-- What a sweep compares with the list, and what the contract queue is rebuilt from.
CREATE INDEX "contracts_listed" ON "contracts" ("region_id", "contract_id") WHERE "gone_at" IS NULL;
CREATE INDEX "contracts_pending" ON "contracts" ("region_id", "first_seen_at") WHERE "items_state" = 'pending';

-- Search by a part of a name.
CREATE EXTENSION IF NOT EXISTS "pg_trgm";
CREATE INDEX "contracts_title_trigrams" ON "contracts" USING gin ("title" gin_trgm_ops) WHERE "title" <> '';
CREATE INDEX "types_name_trigrams" ON "types" USING gin ("name" gin_trgm_ops);
CREATE INDEX "locations_name_trigrams" ON "locations" USING gin ("name" gin_trgm_ops);
CREATE INDEX "contracts_start_location" ON "contracts" ("start_location_id");

-- What waits to be asked for.
CREATE INDEX "names_waiting" ON "names" ("id") WHERE "resolved_at" IS NULL;
CREATE INDEX "locations_waiting" ON "locations" ("location_id") WHERE "resolved_at" IS NULL AND "kind" = 'station';

ALTER TABLE "locations" ADD CONSTRAINT "locations_kind" CHECK ("kind" IN ('station', 'structure'));
ALTER TABLE "regions" ADD CONSTRAINT "regions_last_sweep_outcome"
  CHECK ("last_sweep_outcome" IN ('complete', 'incomplete', 'inconsistent', 'failed'));
