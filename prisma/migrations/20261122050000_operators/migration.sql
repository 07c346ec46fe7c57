-- CreateTable
CREATE TABLE "flags" (
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "reason" TEXT NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "flags_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "operator_sessions" (
    "session_id" UUID NOT NULL,
    "operator" TEXT NOT NULL,
    "credential" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "previous_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "rotated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_for" TEXT,

    CONSTRAINT "operator_sessions_pkey" PRIMARY KEY ("session_id")
);

-- CreateTable
-- Unlogged: it changes with every failed sign-in, and its loss only lets an address try ten times more.
CREATE UNLOGGED TABLE "sign_in_failures" (
    "address" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "failures" INTEGER NOT NULL,

    CONSTRAINT "sign_in_failures_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "operator" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "lease_id" UUID NOT NULL,
    "leased_until" TIMESTAMPTZ(3) NOT NULL,
    "status" INTEGER,
    "body" JSON,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("operator","route","key")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "audit_id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "operator" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT,
    "details" JSONB NOT NULL DEFAULT '{}',
    "outcome" TEXT NOT NULL,
    "status" INTEGER,
    "request_id" TEXT NOT NULL,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("audit_id")
);

-- CreateIndex
CREATE INDEX "operator_sessions_expires_at_idx" ON "operator_sessions"("expires_at");

-- CreateIndex
CREATE INDEX "sign_in_failures_started_at_idx" ON "sign_in_failures"("started_at");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "audit_log_at_idx" ON "audit_log"("at");

-- CreateIndex
CREATE INDEX "dead_letters_first_at_id_idx" ON "dead_letters"("first_at" DESC, "id");

-- Below: what the Prisma schema cannot say.

ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_outcome"
  CHECK ("outcome" IN ('started', 'done', 'refused', 'failed'));
ALTER TABLE "operator_sessions" ADD CONSTRAINT "operator_sessions_revoked_for"
  CHECK ("revoked_for" IN ('signed_out', 'token_reused', 'operator_removed', 'password_changed'));
