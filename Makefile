# `make help` lists the targets. The scripts in scripts/ do the work.
SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
RELEASE = .build/sock-release/sock
SOURCES = Package.swift $(shell find Sources -type f)
SWIFT_FILES = Package.swift Sources Tests

.PHONY: build demo test check release install uninstall bench bench-quick bench-readme fuzz format lint docs-lint help clean

build: ## Build sock for development: .build/debug/sock (the default)
	$(SWIFT) build --product sock

demo: ## Install what the build needs, build, and show sock at work
	-@scripts/install-dependencies build
	$(SWIFT) build --product sock
	@scripts/demo

test: ## Install the peers that the tests need, build, and run all tests
	-@scripts/install-dependencies build test
	@scripts/test

check: ## Run all the checks that a change must pass: what CI runs
	@scripts/check

bench: $(RELEASE) ## Measure sock beside its peers and the kernel's limit, and print tables (about 20 minutes)
	-@scripts/install-dependencies bench
	Benchmarks/bench

bench-quick: $(RELEASE) ## Measure the most important rows, in less than two minutes
	-@scripts/install-dependencies bench
	Benchmarks/bench --quick

bench-readme: ## Write the tables of the last `make bench` into the documents
	Benchmarks/bench --readme

fuzz: ## Fuzz the shell's parser: FUZZ_SECONDS=600
	@scripts/fuzz

format: ## Format the Swift sources in place
	$(SWIFT) format --in-place --parallel --recursive $(SWIFT_FILES)

lint: ## Check the format of the Swift sources
	$(SWIFT) format lint --strict --parallel --recursive $(SWIFT_FILES)

docs-lint: ## Check the man pages with mandoc and the scripts with shellcheck
	@scripts/lint-docs

release: ## Build the release, one stripped file: .build/sock-release/sock
	@scripts/build-release $(RELEASE)

$(RELEASE): $(SOURCES)
	@scripts/build-release $@

install: $(RELEASE) ## Install sock, man pages and completions: PREFIX=/usr/local DESTDIR=
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install

uninstall: ## Remove what `make install` installed, with the same PREFIX and DESTDIR
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install --uninstall

clean: ## Remove build products
	$(SWIFT) package clean
	rm -rf .build/sock-release .build/static-libraries

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
