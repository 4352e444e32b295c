#!/usr/bin/env bash
# Ours against raw proxies (steady) and against other MCP gateways (side-by-side), interleaved, on a bare Debian machine that has the .NET SDK.
# Options are passed on: bash loadtests/side-by-side.sh --rounds 7
set -euo pipefail
cd "$(dirname "$0")/.."

root=()
[ "$(id -u)" -eq 0 ] || root=(sudo)

missing=()
[ -x /usr/sbin/nginx ] || missing+=(nginx-light)
[ -x /usr/sbin/haproxy ] || missing+=(haproxy)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if [ ${#missing[@]} -gt 0 ]; then
  "${root[@]}" apt-get -qq update
  # Installed to be measured, not to serve: a policy of 101 keeps Debian from starting them on every interface.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee /usr/sbin/policy-rc.d >/dev/null
    "${root[@]}" chmod +x /usr/sbin/policy-rc.d
    trap '"${root[@]}" rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get -qq install -y --no-install-recommends "${missing[@]}"
fi

# What npm cannot install is named in the report.
node loadtests/side-by-side/install.mjs || true

for scenario in steady side-by-side; do
  dotnet run -c Release --project loadtests -- "$scenario" "$@"
done
