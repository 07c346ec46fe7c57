-- CreateTable
-- Unlogged, and with room for new versions of its rows in their pages: it changes several times a second, and ESI
-- tells its contents anew where they are lost.
CREATE UNLOGGED TABLE "esi_limits" (
    "host" TEXT NOT NULL,
    "version" UUID NOT NULL,
    "state" JSONB NOT NULL,

    CONSTRAINT "esi_limits_pkey" PRIMARY KEY ("host")
) WITH (fillfactor = 10);
