#!/usr/bin/env bash
# Runs a command with ALMANAC_TEST_S3 set to a private object store that speaks S3: versitygw over a
# temporary folder, built once into .cache/bin. Where it cannot be built the command runs without it and its
# tests say that they were skipped; under CI=true that is a failure.
set -euo pipefail
if [ -n "${ALMANAC_TEST_S3:-}" ]; then
	exec "$@"
fi
version=v1.8.0
bin="$(cd "$(dirname "$0")/.." && pwd)/.cache/bin"
if [ ! -x "$bin/versitygw-$version" ]; then
	mkdir -p "$bin"
	if tmp=$(mktemp -d) && GOBIN="$tmp" GOFLAGS=-mod=mod CGO_ENABLED=0 go install "github.com/versity/versitygw/cmd/versitygw@$version" >/dev/null 2>&1; then
		mv "$tmp/versitygw" "$bin/versitygw-$version"
	fi
	rm -rf "${tmp:-/nonexistent}"
fi
if [ ! -x "$bin/versitygw-$version" ]; then
	echo "The object store for tests cannot be built here: its tests are skipped. Set ALMANAC_TEST_S3 to one." >&2
	[ "${CI:-}" = true ] && exit 1
	exec "$@"
fi
dir=$(mktemp -d)
pid=
stop() { [ -n "$pid" ] && kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; rm -rf "$dir"; }
trap stop EXIT
export AWS_ACCESS_KEY_ID=almanac-test AWS_SECRET_ACCESS_KEY=almanac-test-secret
mkdir -p "$dir/store/almanac" "$dir/side"
for _ in 1 2 3; do # the port may be taken between choosing and listening
	port=$((20000 + RANDOM % 20000))
	ROOT_ACCESS_KEY=$AWS_ACCESS_KEY_ID ROOT_SECRET_KEY=$AWS_SECRET_ACCESS_KEY \
		"$bin/versitygw-$version" --port "127.0.0.1:$port" posix --nometa "$dir/store" >"$dir/log" 2>&1 &
	pid=$!
	for _ in $(seq 50); do
		if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break 2; fi
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
done
if ! kill -0 "$pid" 2>/dev/null; then
	cat "$dir/log" >&2
	exit 1
fi
export ALMANAC_TEST_S3="s3://almanac?endpoint=127.0.0.1:$port&insecure=true&region=us-east-1"
"$@"
