-- No list takes seconds, and where the planner's guess is far off it takes some for a thousand times as dear as
-- they are: a server that was built with LLVM would then compile for longer than the statement runs.
-- https://www.postgresql.org/docs/18/jit-decision.html
-- Holds for connections that are opened from now on. Who may not set it, can set it in postgresql.conf.
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'jit stays as it is: only the owner of the database can set it.';
END $$;
