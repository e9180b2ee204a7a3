# Everything a person needs: make help
SHELL := /bin/bash
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
export CGO_ENABLED ?= 0
RETAIL := ../shared/data/orders/online_retail.csv.gz

.PHONY: torture help build run test bench lint clean tools web dist

help: ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

tools:
	@scripts/tools.sh

# npm writes this file last.
web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@scripts/tools.sh
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/e2e/*' -not -path 'web/mock/*' -not -name '*.go')
	cd web && npm run --silent build
	@touch $@

web: tools web/dist/index.html ## the dashboard alone

build: tools web/dist/index.html ## bin/almanac with the dashboard inside
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/almanac ./cmd/almanac

run: build ## a simulated shop that lives, on 127.0.0.1:8080 (its folder: almanac-demo)
	bin/almanac demo --small --data almanac-demo

test: tools web/dist/index.html ## everything that .ci/run checks
	scripts/test.sh

lint: tools web/dist/index.html ## format, vet, lint, types
	scripts/lint.sh

dist: tools web/dist/index.html ## what is published of a version, for every platform, in dist/
	scripts/dist.sh

bench: build ## measure this machine on the Online Retail export
	bin/almanac bench $(RETAIL)
	go test -tags noui -run '^$$' -bench . -benchmem ./serve/... ./model/... ./predict/... ./history/...

# The faults of `make test`, for as long as you like (ROUNDS, FUZZTIME, SECONDS_OF_LOAD).
torture:
	scripts/torture.sh

clean: ## remove what was built
	rm -rf bin dist web/dist web/node_modules serve/clients/node_modules .cache
