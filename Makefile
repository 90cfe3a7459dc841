# What is done often. make test needs Go and gcc; the scripts in .ci install the
# rest (Chromium, PostgreSQL, axe-core, clients for Akismet) where they can, and say
# so where they cannot.

SHELL := /bin/bash

# TESTFLAGS are passed to go test: make test TESTFLAGS='-v -run TestCheck'.
TESTFLAGS ?=
# BINARY is where make build puts the program.
BINARY ?= hamlet
# BENCHFLAGS are passed to cmd/bench: make bench BENCHFLAGS='-posts 1000'.
BENCHFLAGS ?=
# FUZZTIME is how long each fuzz target runs: a count (20000x) or a time (1m).
FUZZTIME ?= 20000x

# Tools that are no part of the program live outside the repository.
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/hamlet
GOLANGCI_VERSION := 2.15.0
GOLANGCI := $(TOOLS)/golangci-lint-$(GOLANGCI_VERSION)/golangci-lint

.PHONY: help build run check test race fuzz bench lint model ci

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

build: need-cc ## build the program
	go build -trimpath -o $(BINARY) ./cmd/hamlet

run: need-cc ## serve content/ on http://127.0.0.1:8080
	go run ./cmd/hamlet

check: need-cc ## find what is wrong with content/
	go run ./cmd/hamlet check

test: need-cc ## run all tests
	.ci/browser .ci/postgres .ci/clients go test -timeout 30m $(TESTFLAGS) ./...

# The browser's tests and the scripts of the commands drive from outside what the others
# run in their own process. The rooms of SINGLE work in one goroutine, or open hundreds of
# databases and blogs: of their tests those are raced in which work meets; what one goroutine
# does a hundred times over is not.
SINGLE := markup picture reason search spam store tex web
MEETING := Cache|Quick|Live|Limit|Once|Settle|Change|Fresh|Queue|Patience|Writing|While|Two|Many|Train.*Bytes
# go test takes | outside of brackets for the end of a whole path.
SHARED := (Store|Shared|AtOnce|Two)/(file|postgres|in_the|commit|leaves|panic)/(at_once|many_sides|forks|one_first|codes|invitation|one_sender|while_adding)
ALONE := TestUndoLeavesNoTrace|InWords|TestBrokenTheme|TestThemeLinks|TestEveryCommentIsOnOnePage|TestCost$$|TestBigFiles|TestReadFails|TestHostileHTMLIsQuick
empty :=
space := $(empty) $(empty)

race: need-cc ## run the tests of what runs side by side with the race detector, in random order
	.ci/postgres go test -race -timeout 30m -shuffle=on $(TESTFLAGS) -skip '$(ALONE)' $$(go list ./internal/... | grep -vE '/(apptest|$(subst $(space),|,$(SINGLE)))$$')
	.ci/postgres go test -race -timeout 30m -shuffle=on $(TESTFLAGS) -run '$(SHARED)' ./internal/store
	go test -race -timeout 30m -shuffle=on $(TESTFLAGS) -run '$(MEETING)' -skip '$(ALONE)' $(addprefix ./internal/,$(filter-out store,$(SINGLE)))

fuzz: need-cc ## run every fuzz target for a moment
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x $$package; \
		done; \
	done

bench: need-cc ## run the benchmarks, then measure the program beside its peers
	go test -run '^$$' -bench . -benchmem ./...
	go run ./cmd/bench $(BENCHFLAGS)

lint: $(GOLANGCI) ## run the linters
	$(GOLANGCI) run --allow-parallel-runners ./...

$(GOLANGCI):
	GOBIN=$(@D) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$(GOLANGCI_VERSION)

model: need-cc ## train the filter anew: make model TRAIN=comments.jsonl
	@test -n "$(TRAIN)" || { echo "say on what: make model TRAIN=comments.jsonl" >&2; exit 2; }
	go run ./cmd/hamlet spam train $(TRAIN)

ci: ## everything that must hold before a change lands
	.ci/run

.PHONY: need-cc
need-cc:
	@command -v "$$(go env CC)" >/dev/null || { \
		echo "hamlet needs a C compiler for SQLite, and $$(go env CC) is not installed; on Debian: apt-get install gcc libc6-dev" >&2; exit 1; }
