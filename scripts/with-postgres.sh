#!/usr/bin/env bash
# Runs a command with ALMANAC_TEST_POSTGRES set to a private PostgreSQL, which is installed from Debian's
# packages where that is possible, and stopped afterwards. Where there is none the command runs without it
# and its tests say that they were skipped; under CI=true that is a failure.
set -euo pipefail
if [ -n "${ALMANAC_TEST_POSTGRES:-}" ]; then
	exec "$@"
fi
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
if [ ! -x "$bin/initdb" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; } >/dev/null 2>&1 || true
	bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
fi
if [ ! -x "$bin/initdb" ]; then
	echo "PostgreSQL cannot be installed here: its tests are skipped." >&2
	[ "${CI:-}" = true ] && exit 1
	exec "$@"
fi
dir=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" = 0 ] && chown postgres "$dir"
chmod 700 "$dir"
stop() { as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$dir"; }
trap stop EXIT
port=$((20000 + RANDOM % 20000))
as "$bin/initdb" -D "$dir/data" -A trust -U postgres --locale=C --encoding=UTF8 >/dev/null
as "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$dir -c fsync=off -c max_connections=200" start >/dev/null
export ALMANAC_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
"$@"
