# The commands of this repository. `just` alone lists them; each is one line that can be typed without it.
# Tests run on SQLite, and on PostgreSQL where ACIQPLAN_TEST_POSTGRES is set; CONTRIBUTING.md says how.

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

# Run the tests beside the code.
unit *names:
    cargo test --locked --lib {{names}}

# Run the integration tests, or those whose names have these parts: `just test lists::`, `just test limits::rates`.
test *names:
    cargo test --locked --test it {{names}}

# Formatting, lints, and most of the Rust tests on SQLite.
fast:
    tests/run fast

# Every Rust test, on SQLite and on a PostgreSQL of its own.
rust:
    tests/run rust

# Other people's tools against the data and the running service.
tools:
    tests/run tools

# Run every test: style, licences, both databases, the tools of others.
all:
    tests/run all

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
