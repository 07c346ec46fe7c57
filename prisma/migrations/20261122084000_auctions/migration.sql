-- What the task `bids` looks through. Without the time when bids are due, which moves with each question: while an index
-- held it, a question wrote an entry into each of the forty others, 38 KB of write-ahead log. There are a thousand or two
-- auctions on offer, so they are sorted.
DROP INDEX "contracts_auctions";
CREATE INDEX "contracts_auctions" ON "contracts" ("contract_id")
  WHERE "type" = 'auction' AND "visible_since" IS NOT NULL AND "ended_at" IS NULL;
