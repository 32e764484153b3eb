# The commands of this repository. `just` alone lists them; each is one line that can be typed without it.
# Tests on PostgreSQL read ACIQPLAN_TEST_POSTGRES; CONTRIBUTING.md says how to set it.

# List the commands.
list:
    @just --list --unsorted

# Serve the register at http://127.0.0.1:8080; the first start fills it with the plans.
serve *flags:
    cargo run --release -- {{flags}}

# Say whether it compiles, tests and benchmarks too.
check:
    cargo check --locked --all-targets

# Format the code, then lint it as tests/run does.
tidy:
    cargo fmt
    cargo clippy --locked --all-targets -- -D warnings

# Run the tests that need no database of their own.
unit *names:
    cargo test --locked --lib {{names}}

# Run one test program on both databases: `just test lists`, `just test limits a_page`.
test program *names:
    cargo test --locked --test {{program}} {{names}}

# Run every test: style, licences, both databases, the tools of others.
all:
    tests/run

# Ask whether a dependency has a weakness that is known.
advisories:
    tests/advisories

# Make the OpenAPI document anew.
openapi:
    cargo run --locked --quiet -- openapi > openapi/openapi.json

# Check the dataset in seeds/.
seeds:
    cargo run --locked --quiet -- check seeds

# Make up requests and packages for ten minutes, or for so many seconds.
fuzz seconds="600":
    tests/fuzz {{seconds}}

# Try full disks, killed processes and lost databases.
faults:
    tests/faults/run

# Build the image of deploy/ and try it in containers.
containers:
    tests/container/run

# Measure the whole service beside others, and write benches/RESULTS.md.
measure measures="1000000":
    benches/http/run {{measures}}

# Measure the parts with criterion.
bench:
    cargo bench --locked --bench parts
