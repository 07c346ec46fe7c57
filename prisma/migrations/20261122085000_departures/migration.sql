-- AlterTable
ALTER TABLE "changes" ADD COLUMN "departures" BIGINT NOT NULL DEFAULT 0;

-- Below: what the Prisma schema cannot say.

DROP FUNCTION "changes_note_other"();

-- One row for each transaction is enough to say that something is not as it was; any row of it counts the departures.
CREATE FUNCTION "changes_note_other"(departed bigint DEFAULT 0) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  this_xid bigint := (pg_current_xact_id()::text)::bigint;
  noted bigint := (SELECT change_id FROM changes WHERE xid = this_xid LIMIT 1);
BEGIN
  IF noted IS NULL THEN
    INSERT INTO changes (kind, departures) VALUES ('other', departed);
    PERFORM changes_notify();
  ELSIF departed > 0 THEN
    UPDATE changes SET departures = departures + departed WHERE xid = this_xid AND change_id = noted;
  END IF;
END $$;

-- As before, and counts the contracts that were visible: whatever became of them, they may have left a list.
CREATE OR REPLACE FUNCTION "changes_of_updated_contracts"() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
  listed bigint;
  departed bigint;
BEGIN
  WITH pairs AS MATERIALIZED (
    SELECT contract_id, after.gone_at IS NULL AS is_there, before.visible_since IS NOT NULL AS was_visible,
      after.visible_since IS NOT NULL
        AND (before.visible_since IS NOT NULL AND before.gone_at IS NULL) <> (after.gone_at IS NULL) AS is_listed
      FROM before JOIN after USING (contract_id)
  ), logged AS (
    INSERT INTO changes (kind, contract_id, departures)
    SELECT (CASE WHEN is_there THEN 'appeared' ELSE 'gone' END)::change_kind, contract_id, was_visible::int
      FROM pairs WHERE is_listed
     ORDER BY contract_id
    RETURNING contract_id
  )
  SELECT (SELECT count(*) FROM logged), (SELECT count(*) FROM pairs WHERE was_visible AND NOT is_listed)
    INTO listed, departed;
  IF listed > 0 THEN
    PERFORM changes_notify();
    IF departed > 0 THEN
      PERFORM changes_note_other(departed);
    END IF;
  ELSIF EXISTS (
    SELECT FROM before JOIN after USING (contract_id)
     WHERE after.visible_since IS NOT NULL AND before IS DISTINCT FROM after
       AND to_jsonb(before) - '{first_seen_at,items_state,refusals,ask_again_at,bids_due_at,bids_etag,classification_version}'::text[]
        <> to_jsonb(after) - '{first_seen_at,items_state,refusals,ask_again_at,bids_due_at,bids_etag,classification_version}'::text[]
  ) THEN
    PERFORM changes_note_other(departed);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "changes_of_removed_contracts"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  departed bigint := (SELECT count(*) FROM removed WHERE visible_since IS NOT NULL);
BEGIN
  IF departed > 0 THEN
    PERFORM changes_note_other(departed);
  END IF;
  RETURN NULL;
END $$;

DROP FUNCTION "changes_note_names"();

-- A row of its own for each transaction, whatever else that changed.
CREATE FUNCTION "changes_note_names"(departed bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  this_xid bigint := (pg_current_xact_id()::text)::bigint;
BEGIN
  IF EXISTS (SELECT FROM changes WHERE xid = this_xid AND is_of_names) THEN
    UPDATE changes SET departures = departed WHERE xid = this_xid AND is_of_names AND departures < departed;
  ELSE
    INSERT INTO changes (kind, is_of_names, departures) VALUES ('other', true, departed);
    PERFORM changes_notify();
  END IF;
END $$;

-- What a list's row is joined with. By places and kinds of types lists are filtered too: any number may have left.
CREATE OR REPLACE FUNCTION "changes_note_table"(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  any_number CONSTANT bigint := 1000000000;
BEGIN
  IF name = 'names' THEN
    PERFORM changes_note_names(0);
  ELSIF name IN ('locations', 'systems', 'types', 'groups', 'categories') THEN
    PERFORM changes_note_names(any_number);
  ELSIF name = 'market_groups' THEN
    PERFORM changes_note_other(any_number);
  ELSE
    PERFORM changes_note_other();
  END IF;
END $$;
