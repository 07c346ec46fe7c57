#!/bin/sh
# Runs once, when the database is made. The image's own rules let no other machine replicate.
set -eu
echo "host replication $POSTGRES_USER samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
