# Each target does its own set-up. On a bare Debian 12 with Node 20, `make demo` and `make test` need nothing else.

# The Go versions that the tests and benchmarks use. MAPTRAP_TEST_VERSIONS=all widens the tests to every supported one.
ifeq ($(MAPTRAP_TEST_VERSIONS),all)
TOOLCHAINS := all
else
TOOLCHAINS := 1.19 1.23 1.24 1.27
endif

.DEFAULT_GOAL := help
.PHONY: setup build demo test bench check types lint layers format-check format toolchains clean help

setup: ## Install the npm packages, when they are missing or older than package-lock.json
	@scripts/setup.sh

build: setup ## Compile src/ to dist/
	npm run --silent build

demo: build ## Trap the conflict in examples/article and show both sides (installs Go with apt when it is missing)
	@scripts/demo.sh

test: setup toolchains check build ## Everything that has to pass: checks, unit tests, integration tests
	npx vitest run

bench: build toolchains ## Run all benchmarks; each prints one line with a ratio
	@scripts/bench.sh

check: types lint format-check layers ## Types, lint, format and layers, without the tests

types: setup
	npx tsc -p tsconfig.json
	npx tsc -p studio/tsconfig.json

lint: setup
	npx oxlint --deny-warnings

format-check: setup
	npx prettier --check --log-level warn .

layers: setup
	@node scripts/run-ts.mjs scripts/check-layers.ts

format: setup ## Put all files into the project's format
	npx prettier --write --log-level warn .

toolchains: # The Go versions, and the other programs that the tests need
	@scripts/need-programs.sh
	@scripts/fetch-toolchains.sh $(TOOLCHAINS)

clean: ## Remove what was built. Installed packages and Go versions stay
	rm -rf dist coverage .cache

help: ## Show this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
