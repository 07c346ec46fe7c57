-- AlterTable
ALTER TABLE "contracts" ADD COLUMN     "category_ids" INTEGER[] NOT NULL DEFAULT ARRAY[]::INTEGER[],
ADD COLUMN     "contains_blueprint_copies" BOOLEAN NOT NULL DEFAULT false;

-- Below: what the Prisma schema cannot say.

-- What was derived from the kinds of types is derived again where a type comes to another group, or a group to another
-- category. Bookkeeping for the log of changes: what is another for those who read is what a worker then finds.
CREATE FUNCTION "contracts_derive_again"(moved int[]) RETURNS void LANGUAGE sql AS $$
  UPDATE contracts SET classification_version = 0
   WHERE items_state = 'stored' AND classification_version > 0
     AND contract_id IN (SELECT contract_id FROM contract_items WHERE is_included AND type_id = ANY (moved));
$$;

CREATE FUNCTION "types_moved"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM contracts_derive_again(ARRAY[NEW.type_id]);
  RETURN NULL;
END $$;
CREATE TRIGGER "types_moved" AFTER UPDATE OF "group_id" ON "types" FOR EACH ROW
  WHEN (OLD."group_id" <> NEW."group_id") EXECUTE FUNCTION "types_moved"();

CREATE FUNCTION "groups_moved"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM contracts_derive_again(ARRAY(SELECT type_id FROM types WHERE group_id = NEW.group_id));
  RETURN NULL;
END $$;
CREATE TRIGGER "groups_moved" AFTER UPDATE OF "category_id" ON "groups" FOR EACH ROW
  WHEN (OLD."category_id" <> NEW."category_id") EXECUTE FUNCTION "groups_moved"();
