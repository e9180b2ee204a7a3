#!/usr/bin/env bash
# Format, vet, lint. The linter is built once into .cache/bin.
set -euo pipefail
cd "$(dirname "$0")/.."
unformatted=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then
	echo "not formatted (run gofmt -w):" "$unformatted" >&2
	exit 1
fi
go vet ./...
version=v2.15.0
linter=.cache/bin/golangci-lint-$version
if [ ! -x "$linter" ]; then
	mkdir -p .cache/bin
	GOFLAGS=-mod=mod GOBIN="$PWD/.cache/bin" go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$version"
	mv .cache/bin/golangci-lint "$linter"
fi
"$linter" run ./...
(cd web && npm run --silent lint)
