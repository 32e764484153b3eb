#!/bin/bash
# Copies the primary once, then follows it.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # What a copy that broke off has left.
  find "$PGDATA" -mindepth 1 -delete
  pg_basebackup --host=primary --username=replica --pgdata="$PGDATA" --wal-method=stream --slot=standby --write-recovery-conf --checkpoint=fast
  chmod 0700 "$PGDATA"
fi
exec postgres
