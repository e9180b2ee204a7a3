#!/usr/bin/env bash
# Everything: lint, unit, property and conformance tests on both databases, the race detector on packages
# with goroutines, a short fuzz of every parser that faces the outside, the dashboard, the browser.
set -euo pipefail
cd "$(dirname "$0")/.."
began=$SECONDS
step() { echo "== $1 ($((SECONDS - began)) s)"; }

step "lint"
scripts/lint.sh

step "size of the dashboard's first load"
(cd web && npm run --silent size)

step "build"
go build -trimpath -o bin/almanac ./cmd/almanac
size=$(stat -c %s bin/almanac)
echo "binary: $((size / 1000000)) MB"
[ "$size" -lt 60000000 ] || { echo "the binary is over 60 MB" >&2; exit 1; }

step "tests on SQLite and PostgreSQL"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
scripts/with-postgres.sh go test -count=1 -timeout 20m -json ./... >"$log" || failed=1
go run ./scripts/summary <"$log"
[ -z "${failed:-}" ] || exit 1

step "race detector"
CGO_ENABLED=1 go test -race -short -count=1 -timeout 15m ./history ./state ./decide ./serve/... ./predict

step "fuzz"
go test -list '^Fuzz' ./... | awk '/^Fuzz/ {f[n++]=$1} /^ok/ {for (i=0;i<n;i++) print $2, f[i]; n=0}' | while read -r pkg name; do
	echo "$pkg $name"
	go test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-5s}" "$pkg" >/dev/null
done

step "browser"
scripts/chromium.sh
if command -v chromium >/dev/null; then
	(cd web && npm run --silent e2e)
fi
step "done"
tail -1 "$log" >/dev/null
go run ./scripts/summary -line <"$log"
