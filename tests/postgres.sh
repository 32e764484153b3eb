# Starts a private PostgreSQL for the tests and stops it again; sourced by tests/run.
#
# Its folder, its port and its data are new every time and gone afterwards. Its collation is a
# language's, not "C": an answer's order may not rest on how the database sorts.

# Prints the folder of the newest server programs, version 15 or later; fails if there are none.
postgres_programs() {
  local folder version best= best_version=0
  for folder in "$(pg_config --bindir 2>/dev/null)" /usr/lib/postgresql/*/bin \
    "$(dirname "$(command -v postgres 2>/dev/null || echo /nowhere/postgres)")"; do
    [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] && [ -x "$folder/psql" ] || continue
    version=$("$folder/postgres" --version | grep -oE '[0-9]+' | head -n 1)
    if [ "$version" -ge 15 ] && [ "$version" -gt "$best_version" ]; then
      best=$folder best_version=$version
    fi
  done
  [ -n "$best" ] && echo "$best"
}

# Prints where PgBouncer is; Debian keeps it where only root looks.
pooler_program() {
  PATH=$PATH:/usr/sbin command -v pgbouncer
}

# Sets `as_postgres`, what to write before a command so that it does not run as root, and gives that user the
# folder $1: PostgreSQL refuses to run as root.
# An array and not a function, so that the process started in the background is the server itself.
choose_postgres_user() {
  local user=nobody
  as_postgres=()
  [ "$(id -u)" -eq 0 ] || return 0
  ! id -u postgres >/dev/null 2>&1 || user=postgres
  as_postgres=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --)
  chown "$user" "$1"
}

# Fills the data folder $1: with an ICU collation if this build has ICU, else with the C library's UTF-8.
initialise_postgres() {
  local common=(--pgdata="$1" --username=postgres --auth=trust --encoding=UTF8 --no-sync)
  "${as_postgres[@]}" "$POSTGRES_PROGRAMS/initdb" "${common[@]}" --locale=C.UTF-8 --locale-provider=icu --icu-locale=en >"$1.log" 2>&1 && return
  "${as_postgres[@]}" find "$1" -mindepth 1 -delete
  "${as_postgres[@]}" "$POSTGRES_PROGRAMS/initdb" "${common[@]}" --locale=C.UTF-8 >"$1.log" 2>&1 || { cat "$1.log" >&2; return 1; }
}

# Starts the server; sets POSTGRES_PROGRAMS, POSTGRES_FOLDER, POSTGRES_PID and POSTGRES_SERVER (an URL without a database).
start_postgres() {
  local port
  POSTGRES_PROGRAMS=$(postgres_programs) || return 1
  POSTGRES_FOLDER=$(mktemp -d /tmp/aciqplan-postgres.XXXXXX)
  chmod 0755 "$POSTGRES_FOLDER"
  mkdir "$POSTGRES_FOLDER/data"
  choose_postgres_user "$POSTGRES_FOLDER/data"
  initialise_postgres "$POSTGRES_FOLDER/data" || return 1
  port=$(free_port)
  "${as_postgres[@]}" "$POSTGRES_PROGRAMS/postgres" -D "$POSTGRES_FOLDER/data" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=256MB >"$POSTGRES_FOLDER/server.log" 2>&1 </dev/null &
  POSTGRES_PID=$!
  POSTGRES_SERVER=postgres://postgres@127.0.0.1:$port
  for _ in $(seq 150); do
    "$POSTGRES_PROGRAMS/pg_isready" --quiet --dbname="$POSTGRES_SERVER/postgres" && return
    kill -0 "$POSTGRES_PID" 2>/dev/null || break
    sleep 0.2
  done
  echo "PostgreSQL did not start:" >&2
  cat "$POSTGRES_FOLDER/server.log" >&2
  return 1
}

create_database() {
  "$POSTGRES_PROGRAMS/psql" --quiet --no-psqlrc --dbname="$POSTGRES_SERVER/postgres" --command="CREATE DATABASE $1"
}

# Stops the server at once (nothing in it is worth keeping) and removes its folder.
stop_postgres() {
  if [ -n "${POSTGRES_PID-}" ]; then
    kill -QUIT "$POSTGRES_PID" 2>/dev/null || true
    wait "$POSTGRES_PID" 2>/dev/null || true
  fi
  [ -z "${POSTGRES_FOLDER-}" ] || rm -rf "$POSTGRES_FOLDER"
}
