-- CreateEnum
CREATE TYPE "change_kind" AS ENUM ('appeared', 'gone', 'other');

-- CreateTable
CREATE TABLE "changes" (
    "xid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "change_id" BIGSERIAL NOT NULL,
    "kind" "change_kind" NOT NULL,
    "contract_id" BIGINT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "changes_pkey" PRIMARY KEY ("xid","change_id")
);

-- CreateTable
CREATE TABLE "change_log" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "trimmed_before" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "change_log_pkey" PRIMARY KEY ("id")
);

-- Below: what the Prisma schema cannot say.

ALTER TABLE "change_log" ADD CONSTRAINT "change_log_one_row" CHECK ("id" = 1);
INSERT INTO "change_log" DEFAULT VALUES;

-- Triggers on statements write the log, so that no writer can forget it. They see what a statement did to a table as a
-- whole, and write only where something that is served is another after it than before.

-- Wakes the listeners. A transaction that notifies holds one lock of the whole cluster while it commits, so of those
-- that run at the same time only one does: the others are seen by the listeners' next look, half a second later at the
-- most. The advisory lock is only tried, never waited for, and ends with the transaction.
CREATE FUNCTION "changes_notify"() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF pg_try_advisory_xact_lock(7480271193) THEN
    PERFORM pg_notify('hangar_bay_changes', '');
  END IF;
END $$;

-- One row for each transaction is enough to say that something is not as it was.
CREATE FUNCTION "changes_note_other"() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changes (kind)
  SELECT 'other' WHERE NOT EXISTS (SELECT FROM changes WHERE xid = (pg_current_xact_id()::text)::bigint);
  IF FOUND THEN
    PERFORM changes_notify();
  END IF;
END $$;

CREATE FUNCTION "changes_of_added_contracts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changes (kind, contract_id)
  SELECT 'appeared', contract_id FROM added WHERE visible_since IS NOT NULL AND gone_at IS NULL
   ORDER BY contract_id;
  IF FOUND THEN
    PERFORM changes_notify();
  ELSIF EXISTS (SELECT FROM added WHERE visible_since IS NOT NULL) THEN
    PERFORM changes_note_other();
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "changes_added" AFTER INSERT ON "contracts" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_contracts"();

-- Without nested loops: the plan is kept, and the first call knows nothing of the number of rows in the later ones.
-- The columns that are left out are bookkeeping which no answer shows.
CREATE FUNCTION "changes_of_updated_contracts"() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
  INSERT INTO changes (kind, contract_id)
  SELECT (CASE WHEN after.gone_at IS NULL THEN 'appeared' ELSE 'gone' END)::change_kind, contract_id
    FROM before JOIN after USING (contract_id)
   WHERE after.visible_since IS NOT NULL
     AND (before.visible_since IS NOT NULL AND before.gone_at IS NULL) <> (after.gone_at IS NULL)
   ORDER BY contract_id;
  IF FOUND THEN
    PERFORM changes_notify();
  ELSIF EXISTS (
    SELECT FROM before JOIN after USING (contract_id)
     WHERE after.visible_since IS NOT NULL AND before IS DISTINCT FROM after
       AND to_jsonb(before) - '{first_seen_at,items_state,refusals,ask_again_at,bids_due_at,bids_etag,classification_version}'::text[]
        <> to_jsonb(after) - '{first_seen_at,items_state,refusals,ask_again_at,bids_due_at,bids_etag,classification_version}'::text[]
  ) THEN
    PERFORM changes_note_other();
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "contracts" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_contracts"();

CREATE FUNCTION "changes_of_removed_contracts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM removed WHERE visible_since IS NOT NULL) THEN
    PERFORM changes_note_other();
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "changes_removed" AFTER DELETE ON "contracts" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_removed_contracts"();

-- For the tables that answers take names and values from. The arguments are the columns that do not count; a row that
-- holds nothing else, such as a name that waits to be asked for, does not count until it does.
CREATE FUNCTION "changes_of_added_rows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added WHERE jsonb_strip_nulls(to_jsonb(added) - coalesce(TG_ARGV, '{}')) <> '{}') THEN
    PERFORM changes_note_other();
  END IF;
  RETURN NULL;
END $$;

-- Compared as sets, which takes no join.
CREATE FUNCTION "changes_of_updated_rows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT to_jsonb(after) - coalesce(TG_ARGV, '{}') FROM after
    EXCEPT ALL
    SELECT to_jsonb(before) - coalesce(TG_ARGV, '{}') FROM before
  ) THEN
    PERFORM changes_note_other();
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION "changes_of_removed_rows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM removed) THEN
    PERFORM changes_note_other();
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "changes_added" AFTER INSERT ON "contract_bids" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_rows"('contract_id');
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "contract_bids" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_rows"();
CREATE TRIGGER "changes_removed" AFTER DELETE ON "contract_bids" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_removed_rows"();
CREATE TRIGGER "changes_added" AFTER INSERT ON "names" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_rows"('id', 'category', 'resolved_at', 'failed_at');
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "names" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_rows"('category', 'resolved_at', 'failed_at');
CREATE TRIGGER "changes_removed" AFTER DELETE ON "names" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_removed_rows"();
CREATE TRIGGER "changes_added" AFTER INSERT ON "locations" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_rows"('location_id', 'kind', 'resolved_at', 'failed_at');
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "locations" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_rows"('resolved_at', 'failed_at');
CREATE TRIGGER "changes_removed" AFTER DELETE ON "locations" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_removed_rows"();
CREATE TRIGGER "changes_added" AFTER INSERT ON "systems" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_rows"('system_id');
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "systems" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_rows"();
CREATE TRIGGER "changes_removed" AFTER DELETE ON "systems" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_removed_rows"();
CREATE TRIGGER "changes_added" AFTER INSERT ON "types" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_rows"('type_id', 'refreshed_at');
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "types" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_rows"('refreshed_at');
CREATE TRIGGER "changes_removed" AFTER DELETE ON "types" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_removed_rows"();
CREATE TRIGGER "changes_added" AFTER INSERT ON "groups" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_rows"('group_id', 'refreshed_at');
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "groups" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_rows"('refreshed_at');
CREATE TRIGGER "changes_removed" AFTER DELETE ON "groups" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_removed_rows"();
CREATE TRIGGER "changes_added" AFTER INSERT ON "categories" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_rows"('category_id', 'refreshed_at', 'raw');
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "categories" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_rows"('refreshed_at');
CREATE TRIGGER "changes_removed" AFTER DELETE ON "categories" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_removed_rows"();
CREATE TRIGGER "changes_added" AFTER INSERT ON "market_groups" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_rows"('market_group_id', 'refreshed_at', 'raw');
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "market_groups" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_rows"('refreshed_at');
CREATE TRIGGER "changes_removed" AFTER DELETE ON "market_groups" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_removed_rows"();
CREATE TRIGGER "changes_added" AFTER INSERT ON "dynamic_items" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_rows"('item_id', 'type_id', 'attempts', 'retry_at');
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "dynamic_items" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_rows"('attempts', 'retry_at');
CREATE TRIGGER "changes_removed" AFTER DELETE ON "dynamic_items" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_removed_rows"();

-- Of a region, answers beside /regions show the generation, and that only while it was swept within a day. What
-- /regions tells of sweeps changes with each of them, and does not count.
CREATE FUNCTION "changes_of_updated_regions"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT region_id, generation, coalesce(last_sweep_at > now() - interval '1 day', false) FROM after
    EXCEPT ALL
    SELECT region_id, generation, coalesce(last_sweep_at > now() - interval '1 day', false) FROM before
  ) THEN
    PERFORM changes_note_other();
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "changes_added" AFTER INSERT ON "regions" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_added_rows"('region_id', 'listed_at', 'next_due_at', 'failed_sweeps', 'generation_count');
CREATE TRIGGER "changes_updated" AFTER UPDATE ON "regions" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION "changes_of_updated_regions"();
