-- CreateTable
CREATE TABLE "archive_batches" (
    "batch_id" BIGSERIAL NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'writing',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "contract_ids" BIGINT[],
    "archive_url" TEXT,
    "object_name" TEXT,
    "sha256" TEXT,
    "bytes" BIGINT,
    "contract_count" INTEGER,
    "fingerprints" UUID[] DEFAULT ARRAY[]::UUID[],
    "verified_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "deleted_count" INTEGER,

    CONSTRAINT "archive_batches_pkey" PRIMARY KEY ("batch_id")
);

-- Below: what the Prisma schema cannot say.

ALTER TABLE "archive_batches" ADD CONSTRAINT "archive_batches_state"
  CHECK ("state" IN ('writing', 'written', 'verified', 'deleted'));

-- One batch at a time, so that no contract can be in two of them.
CREATE UNIQUE INDEX "archive_batches_open" ON "archive_batches" ((true)) WHERE "state" <> 'deleted';

-- What retention looks through: when a contract ended. LEAST passes over NULL.
CREATE INDEX "contracts_ended_at" ON "contracts" (LEAST("gone_at", "date_expired"));
