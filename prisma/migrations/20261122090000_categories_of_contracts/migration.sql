-- AlterTable
ALTER TABLE "contracts" ADD COLUMN     "category_ids" INTEGER[] NOT NULL DEFAULT ARRAY[]::INTEGER[],
ADD COLUMN     "contains_blueprint_copies" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "kinds_as_of" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "types" ADD COLUMN     "moved_at" TIMESTAMPTZ(3);

-- Below: what the Prisma schema cannot say.

-- What was derived from the kinds of types is derived again where a type comes to another group, or a group to another
-- category. A minute later: no statement takes longer, so that who reads from then on sees the new kind.
CREATE FUNCTION "types_note_move"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.moved_at := clock_timestamp() + interval '1 minute';
  RETURN NEW;
END $$;
CREATE TRIGGER "types_note_move" BEFORE UPDATE OF "group_id" ON "types" FOR EACH ROW
  WHEN (OLD."group_id" <> NEW."group_id") EXECUTE FUNCTION "types_note_move"();

CREATE FUNCTION "groups_note_move"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE types SET moved_at = clock_timestamp() + interval '1 minute' WHERE group_id = NEW.group_id;
  RETURN NULL;
END $$;
CREATE TRIGGER "groups_note_move" AFTER UPDATE OF "category_id" ON "groups" FOR EACH ROW
  WHEN (OLD."category_id" <> NEW."category_id") EXECUTE FUNCTION "groups_note_move"();

CREATE INDEX "types_moved" ON "types" ("moved_at") WHERE "moved_at" IS NOT NULL;

-- As before; when kinds were read is bookkeeping too.
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
       AND to_jsonb(before) - '{first_seen_at,items_state,refusals,ask_again_at,bids_due_at,bids_etag,classification_version,kinds_as_of}'::text[]
        <> to_jsonb(after) - '{first_seen_at,items_state,refusals,ask_again_at,bids_due_at,bids_etag,classification_version,kinds_as_of}'::text[]
  ) THEN
    PERFORM changes_note_other(departed);
  END IF;
  RETURN NULL;
END $$;
