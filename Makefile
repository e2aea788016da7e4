# The commands of this project. `make` lists them. What they need beside Rust they install by themselves, from package
# registries and outside the tree: deploy/local/README.md.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/sluice
LOCAL := deploy/local

# Handed to the program and to the tests.
export SLUICE_DEMO_FLINK ?= $(CACHE)/flink-2.3.0
export SLUICE_TEST_NODE_MODULES ?= $(CACHE)/browser/node_modules
export SLUICE_TEST_CHROMIUM ?= /usr/bin/chromium
export SLUICE_TEST_SLACK_PYTHON ?= $(CACHE)/slack-sdk/bin/python
export SLUICE_TEST_DISCORD_NODE_MODULES ?= $(CACHE)/discord-sdk/node_modules
export PATH := $(CACHE)/test-tools/bin:$(PATH)

# Which tests are which: .config/nextest.toml uses the same words.
REAL := (package(stories) and test(/^real::/)) or (package(adapters) and test(/::real::/))
BROWSER := package(stories) and test(/^browser::/)
NEXTEST := cargo nextest run --locked --workspace

##@ To begin with

.PHONY: help
help: ## lists these commands
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: ## plays one approved change on a real local Flink; open for play in a terminal; CHAT=slack or discord: in a fake chat
	@$(LOCAL)/build-tools.sh
	@$(MAKE) -j2 build flink
	@if [ -n "$(CHAT)" ]; then exec cargo run --locked --quiet --package chats -- "$(CHAT)"; fi; \
	  if [ -t 0 ]; then scripted=; else scripted=--scripted; fi; \
	  cargo run --locked --quiet --package bot --bin sluice -- demo $$scripted

.PHONY: test
test: ## everything that must pass before a change lands
	@$(MAKE) -j1 setup fmt-check lint deny unit fuzz-short stories real browser

##@ Parts of `make test`

.PHONY: unit
unit: test-tools slack-sdk discord-sdk ## unit, property and documentation tests of all crates
	@cargo test --locked --workspace --doc
	@$(NEXTEST) -E 'not package(stories) and not package(fuzz) and not ($(REAL))'

.PHONY: fuzz-short
fuzz-short: test-tools ## hostile input at every door, half a minute each
	@BOLERO_RANDOM_TEST_TIME_MS=30000 $(NEXTEST) -E 'package(fuzz)'

.PHONY: stories
stories: test-tools ## whole requests on a fake Flink, crashed at every point
	@$(NEXTEST) -E 'package(stories) and not (($(REAL)) or ($(BROWSER)))'

.PHONY: real
real: test-tools flink build ## stories on a real Flink
	@$(NEXTEST) -E '$(REAL)'

.PHONY: browser
browser: test-tools flink chromium build ## the console in headless Chromium
	@$(NEXTEST) -E '$(BROWSER)'

.PHONY: lint
lint: ## clippy on everything, warnings are errors
	@$(LOCAL)/build-tools.sh
	@cargo clippy --locked --workspace --all-targets -- -D warnings

.PHONY: fmt-check
fmt-check:
	@cargo fmt --all --check

.PHONY: deny
deny: test-tools ## licences, banned crates, sources (deny.toml)
	@cargo deny --locked --log-level error check bans licenses sources

##@ Other checks

.PHONY: campaign
campaign: test-tools ## the stories once more, killed at every point there is and measured: an hour or more
	@SLUICE_TEST_EVERY_POINT=1 $(NEXTEST) --profile campaign -E 'package(stories) and test(/::killed_at_its_/)'

.PHONY: fuzz
fuzz: test-tools ## hostile input at every door, ten minutes each, optimised
	@BOLERO_RANDOM_TEST_TIME_MS=600000 $(NEXTEST) --cargo-profile measured --profile campaign -E 'package(fuzz)'

.PHONY: ingress
ingress: test-tools ## forged, replayed and disordered requests: 100,000 of each chat; N=1000000 before a release
	@SLUICE_TEST_AUTHENTICITY=$(or $(N),100000) SLUICE_TEST_STORM=$(or $(N),100000) \
	  $(NEXTEST) --cargo-profile measured --profile campaign -E 'package(fuzz) and test(/^(authenticity|storm)::/)'

.PHONY: crowd
crowd: test-tools ## 10,000 people press Approve at once, in every chat; N= says how many
	@SLUICE_TEST_CROWD=$(or $(N),10000) \
	  $(NEXTEST) --cargo-profile measured --profile campaign -E 'package(stories) and test(/^crowd::/)'

.PHONY: guards
guards: test-tools ## takes each safety guard out and sees the test that watches it fail
	@tests/guards/run.sh

.PHONY: pictures
pictures: build flink chromium ## draws the manual's pictures of cards: the incident in fake chats, in headless Chromium
	@for chat in slack discord; do \
	  cargo run --locked --quiet --package chats -- $$chat --folder target/pictures && \
	  node tests/browser/picture.mjs 640 target/pictures/$$chat-asked.html docs/pictures/$$chat-asked.png \
	    target/pictures/$$chat-done.html docs/pictures/$$chat-done.png; done

.PHONY: bench
bench: ## benchmarks, as ratios against a bare handler of the same run; some minutes; ONLY="slack crowd" for some
	@$(LOCAL)/build-tools.sh
	@cargo build --locked --profile measured --quiet --package bot --package bench
	@exec "$$(cargo metadata --locked --format-version 1 --no-deps | sed -E 's/.*"target_directory":"([^"]*)".*/\1/')/measured/bench" $(ONLY)

.PHONY: audit
audit: test-tools ## known vulnerabilities; fetches the RustSec advisory database with git
	@echo "audit: needs https://github.com/rustsec/advisory-db; without it, it fails"
	@cargo deny --locked check advisories

##@ Housekeeping

.PHONY: fmt
fmt: ## formats the code
	@cargo fmt --all

.PHONY: build
build: ## builds the program `sluice`
	@$(LOCAL)/build-tools.sh
	@cargo build --locked --package bot

.PHONY: setup
setup: ## installs all that demo and test need, and nothing else
	@$(LOCAL)/build-tools.sh
	@$(MAKE) test-tools flink chromium slack-sdk discord-sdk

.PHONY: sdk
sdk: test-tools slack-sdk discord-sdk ## the fakes against clients that nobody here wrote
	@$(NEXTEST) -E 'package(fakes) and test(/^sdk::/)'

.PHONY: test-tools flink chromium slack-sdk discord-sdk
test-tools:
	@$(LOCAL)/build-tools.sh
	@$(LOCAL)/test-tools.sh
flink:
	@$(LOCAL)/flink-jars.sh
chromium:
	@$(LOCAL)/browser.sh
slack-sdk:
	@$(LOCAL)/slack-sdk.sh
discord-sdk:
	@$(LOCAL)/discord-sdk.sh
