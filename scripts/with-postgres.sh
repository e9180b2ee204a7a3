#!/usr/bin/env bash
# Runs a command with ALMANAC_TEST_POSTGRES set to a private PostgreSQL, which is installed from Debian's
# packages where that is possible, and stopped afterwards. Where there is none the command runs without it
# and its tests say that they were skipped; under CI=true that is a failure.
set -euo pipefail
if [ -n "${ALMANAC_TEST_POSTGRES:-}" ]; then
	exec "$@"
fi
find_bin() {
	bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
	if [ ! -x "$bin/initdb" ]; then
		bin=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
	fi
	[ -x "$bin/initdb" ]
}
if ! find_bin && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; } >/dev/null 2>&1 || true
fi
if ! find_bin; then
	echo "PostgreSQL cannot be installed here: its tests are skipped. Set ALMANAC_TEST_POSTGRES, or: sudo apt-get install postgresql" >&2
	[ "${CI:-}" = true ] && exit 1
	exec "$@"
fi
dir=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" = 0 ] && chown postgres "$dir"
chmod 700 "$dir"
stop() { (cd / && as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1) || true; rm -rf "$dir"; }
trap stop EXIT
start() { # port
	(cd / && as "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "-c listen_addresses=127.0.0.1 -c port=$1 -c unix_socket_directories=$dir -c fsync=off -c max_connections=600" start >/dev/null 2>&1)
}
(cd / && as "$bin/initdb" -D "$dir/data" -A trust -U postgres --locale=C --encoding=UTF8 >/dev/null)
for _ in 1 2 3 4 5; do # somebody else may have the port
	port=$((20000 + RANDOM % 20000))
	if start "$port"; then
		export ALMANAC_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
		break
	fi
done
if [ -z "${ALMANAC_TEST_POSTGRES:-}" ]; then
	echo "PostgreSQL does not start:" >&2
	tail -5 "$dir/log" >&2
	exit 1
fi
"$@"
