-- AlterTable
ALTER TABLE "regions" ADD COLUMN     "generation_count" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "contracts" ADD COLUMN     "ask_again_at" INTEGER,
ADD COLUMN     "bid_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "bids_due_at" TIMESTAMPTZ(3),
ADD COLUMN     "bids_etag" TEXT,
ADD COLUMN     "highest_bid" DECIMAL(20,2),
ADD COLUMN     "refusals" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "sweeps" (
    "sweep_id" BIGSERIAL NOT NULL,
    "region_id" INTEGER NOT NULL,
    "run_id" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "generation" TIMESTAMPTZ(3),
    "pages" INTEGER NOT NULL,
    "unchanged_pages" INTEGER NOT NULL,
    "added" INTEGER NOT NULL,
    "gone" INTEGER NOT NULL,
    "quarantined" INTEGER NOT NULL,

    CONSTRAINT "sweeps_pkey" PRIMARY KEY ("sweep_id")
);

-- CreateTable
CREATE TABLE "dynamic_items" (
    "item_id" BIGINT NOT NULL,
    "type_id" INTEGER NOT NULL,
    "source_type_id" INTEGER,
    "mutator_type_id" INTEGER,
    "raw" JSONB,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "retry_at" TIMESTAMPTZ(3),
    "fetched_at" TIMESTAMPTZ(3),

    CONSTRAINT "dynamic_items_pkey" PRIMARY KEY ("item_id")
);

-- CreateTable
CREATE TABLE "claims" (
    "claim" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "claims_pkey" PRIMARY KEY ("claim")
);

-- AlterTable
ALTER TABLE "dead_letters" ADD COLUMN     "retried_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "dead_letters_contract_id_idx" ON "dead_letters"("contract_id");

-- CreateIndex
CREATE INDEX "sweeps_region_id_started_at_idx" ON "sweeps"("region_id", "started_at");

-- CreateIndex
CREATE INDEX "sweeps_started_at_idx" ON "sweeps"("started_at");

-- AddForeignKey
ALTER TABLE "sweeps" ADD CONSTRAINT "sweeps_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "regions"("region_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Below: what the Prisma schema cannot say.

ALTER TABLE "sweeps" ADD CONSTRAINT "sweeps_outcome"
  CHECK ("outcome" IN ('complete', 'incomplete', 'inconsistent', 'failed'));

-- What a complete sweep looks through, and what maintenance does.
CREATE INDEX "contracts_unavailable" ON "contracts" ("region_id", "ask_again_at")
  WHERE "items_state" = 'unavailable' AND "gone_at" IS NULL;
CREATE INDEX "contracts_auctions" ON "contracts" ("bids_due_at" NULLS FIRST)
  WHERE "type" = 'auction' AND "visible_since" IS NOT NULL AND "gone_at" IS NULL;
CREATE INDEX "contracts_outdated" ON "contracts" ("classification_version") WHERE "items_state" = 'stored';
CREATE INDEX "dynamic_items_waiting" ON "dynamic_items" ("retry_at" NULLS FIRST) WHERE "fetched_at" IS NULL;
CREATE INDEX "types_refreshed_at" ON "types" ("refreshed_at");
