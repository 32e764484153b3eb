#!/bin/bash
# Starts one server of the pair: the one that $PRIMARY names takes writes, the other copies it once and follows it.
set -euo pipefail

promote() {
  pg_ctl start --options="$* -c listen_addresses=''"
  pg_ctl promote
  pg_ctl stop --mode=fast
}

copy_primary() {
  export PGPASSWORD=$REPLICATION_PASSWORD
  local address="host=$PRIMARY user=replica dbname=postgres connect_timeout=5"
  # The slot keeps what is not read yet. It is made here, as a primary that was a standby has none.
  until psql --no-psqlrc --quiet --output=/dev/null --dbname="$address" --command="
    SELECT pg_create_physical_replication_slot('standby')
     WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'standby')"; do
    echo "$HOSTNAME waits for $PRIMARY, the primary"
    sleep 2
  done
  # What a copy that broke off has left.
  find "$PGDATA" -mindepth 1 -delete
  pg_basebackup --dbname="$address" --pgdata="$PGDATA" --wal-method=stream --slot=standby --write-recovery-conf --checkpoint=fast
  chmod 0700 "$PGDATA"
}

if [ "$HOSTNAME" = "$PRIMARY" ]; then
  [ ! -e "$PGDATA/standby.signal" ] || promote "$@"
# The last two files of a copy are pg_control and standby.signal: what has the first alone was a primary.
elif [ -e "$PGDATA/global/pg_control" ] && [ ! -e "$PGDATA/standby.signal" ]; then
  echo "$HOSTNAME was the primary and may hold what $PRIMARY, the primary now, does not: it does not start." >&2
  echo "Remove its volume, and it copies $PRIMARY." >&2
  exit 1
elif [ ! -e "$PGDATA/standby.signal" ]; then
  copy_primary
fi
exec docker-entrypoint.sh postgres "$@"
