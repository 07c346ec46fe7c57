-- AlterTable
ALTER TABLE "changes" ADD COLUMN "is_of_names" BOOLEAN NOT NULL DEFAULT false;

-- Below: what the Prisma schema cannot say.

-- A row of its own for each transaction, whatever else that changed.
CREATE FUNCTION "changes_note_names"() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changes (kind, is_of_names)
  SELECT 'other', true
   WHERE NOT EXISTS (SELECT FROM changes WHERE xid = (pg_current_xact_id()::text)::bigint AND is_of_names);
  IF FOUND THEN
    PERFORM changes_notify();
  END IF;
END $$;

-- The tables that a list's row is joined with.
CREATE FUNCTION "changes_note_table"(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF name IN ('names', 'locations', 'systems', 'types', 'groups', 'categories') THEN
    PERFORM changes_note_names();
  ELSE
    PERFORM changes_note_other();
  END IF;
END $$;

CREATE OR REPLACE FUNCTION "changes_of_added_rows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added WHERE jsonb_strip_nulls(to_jsonb(added) - coalesce(TG_ARGV, '{}')) <> '{}') THEN
    PERFORM changes_note_table(TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "changes_of_updated_rows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT to_jsonb(after) - coalesce(TG_ARGV, '{}') FROM after
    EXCEPT ALL
    SELECT to_jsonb(before) - coalesce(TG_ARGV, '{}') FROM before
  ) THEN
    PERFORM changes_note_table(TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "changes_of_removed_rows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM removed) THEN
    PERFORM changes_note_table(TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$;
