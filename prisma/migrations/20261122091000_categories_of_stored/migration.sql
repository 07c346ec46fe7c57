-- As for the bounds of terms: a transaction of its own, which waits for writers and not for readers.
LOCK TABLE "contracts" IN SHARE ROW EXCLUSIVE MODE;
UPDATE "contracts" SET
  "classification_version" = 3,
  "contains_blueprint_copies" = coalesce(found."copies", false),
  "category_ids" = coalesce(found."categories", ARRAY[]::INTEGER[])
FROM (
  SELECT item."contract_id", bool_or(item."is_blueprint_copy") FILTER (WHERE item."is_included") AS "copies",
    array_agg(DISTINCT groups."category_id") FILTER (WHERE item."is_included" AND groups."category_id" IS NOT NULL) AS "categories"
  FROM "contract_items" AS item LEFT JOIN "types" USING ("type_id") LEFT JOIN "groups" USING ("group_id")
  GROUP BY item."contract_id"
) AS found
WHERE "contracts"."contract_id" = found."contract_id"
  AND "contracts"."items_state" = 'stored' AND "contracts"."classification_version" = 2;
