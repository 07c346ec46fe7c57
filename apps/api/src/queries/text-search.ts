import { sql, type Sql } from '@hangar-bay/database';

/**
 * Contracts `c` with the text in their title, in the name of an included item's type, or in their start location's.
 *
 * One set of ids instead of three conditions joined by OR, so that each part can use its own trigram index.
 */
export function matchesText(text: string): Sql {
  const pattern = `%${escapeLike(text)}%`;
  return sql`c.contract_id IN (
    SELECT contract_id FROM contracts WHERE title <> '' AND title ILIKE ${pattern}
    UNION ALL
    SELECT item.contract_id FROM contract_items item
      WHERE item.is_included AND item.type_id IN (SELECT type_id FROM types WHERE name ILIKE ${pattern})
    UNION ALL
    SELECT contract_id FROM contracts
      WHERE start_location_id IN (SELECT location_id FROM locations WHERE name ILIKE ${pattern})
  )`;
}

/** LIKE's wildcards stand for themselves. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
