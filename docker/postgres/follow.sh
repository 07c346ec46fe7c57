#!/bin/sh
# A read replica: copies the primary the first time, then follows it, with the settings that are given.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA"
  pg_basebackup --host=postgres --username="$POSTGRES_USER" --pgdata="$PGDATA" --wal-method=stream --write-recovery-conf
fi
exec postgres -c hot_standby_feedback=on "$@"
