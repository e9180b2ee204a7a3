#!/usr/bin/env bash
# Installs Debian's Chromium for the browser tests where it is missing and may be installed.
set -u
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1
fi
command -v chromium >/dev/null && exit 0
echo "Chromium cannot be installed here: the browser tests are skipped." >&2
[ "${CI:-}" = true ] && exit 1
exit 0
