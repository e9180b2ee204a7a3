#!/usr/bin/env bash
# What `make test` does for seconds, for as long as you like: processes killed at named points and at random
# instants, decoders fed with nonsense, doors under load with every acknowledged event looked for afterwards.
# ROUNDS (200) kills, FUZZTIME (2m) a decoder, SECONDS_OF_LOAD (60).
set -euo pipefail
cd "$(dirname "$0")/.."
echo "== kills at random instants and at every named point"
ALMANAC_TORTURE="${ROUNDS:-200}" go test -count=1 -timeout 2h -run 'Killed|Damage|Flipped|Missing|Tail' -v ./history | grep -E '^(---|\s+---|ok|FAIL|PASS)'
echo "== decoders"
go test -list '^Fuzz' ./... | awk '/^Fuzz/ {f[n++]=$1} /^ok/ {for (i=0;i<n;i++) print $2, f[i]; n=0}' | while read -r pkg name; do
	echo "$pkg $name"
	go test -run '^$' -fuzz "^$name\$" -fuzzminimizetime 20x -fuzztime "${FUZZTIME:-2m}" "$pkg" | tail -1
done
echo "== doors under load"
go build -tags noui -o bin/almanac-torture ./cmd/almanac
bin/almanac-torture bench ingest --seconds "${SECONDS_OF_LOAD:-60}"
bin/almanac-torture bench ingest --seconds "${SECONDS_OF_LOAD:-60}" --batch 1 --clients 64
rm -f bin/almanac-torture
