#!/usr/bin/env bash
# Checks that the tools to build with are there, and says how to get those that are not.
set -u
missing=0
need() { # name, what is there, least version, how to get it
	if [ -z "$2" ] || [ "$(printf '%s\n%s\n' "$3" "$2" | sort -V | head -1)" != "$3" ]; then
		echo "$1 $3 or newer is needed${2:+ (there is $2)}. Install it with: $4" >&2
		missing=1
	fi
}
need Go "$(go env GOVERSION 2>/dev/null | sed 's/^go//')" 1.26 "https://go.dev/dl, or: sudo snap install go --classic"
need Node "$(node --version 2>/dev/null | sed 's/^v//')" 20 "https://nodejs.org, or: sudo apt-get install nodejs npm"
command -v npm >/dev/null || { echo "npm is needed. Install it with: sudo apt-get install npm" >&2; missing=1; }
exit $missing
