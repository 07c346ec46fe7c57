-- CreateTable
-- Unlogged, and with room for new versions of its rows in their pages: it holds what was asked in the last minute, and
-- its loss gives every client a new minute.
CREATE UNLOGGED TABLE "rate_limits" (
    "client" TEXT NOT NULL,
    "requests" INTEGER NOT NULL,
    "window_ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("client")
) WITH (fillfactor = 50);
