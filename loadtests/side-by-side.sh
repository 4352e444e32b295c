#!/usr/bin/env bash
# Ours against raw proxies (steady) and against other MCP gateways (side-by-side), interleaved, on a bare Debian machine that has the .NET SDK.
# Options are passed on: bash loadtests/side-by-side.sh --rounds 7
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)
bash loadtests/install-proxies.sh "${packages[@]}"

# What npm cannot install is named in the report.
node loadtests/side-by-side/install.mjs || true

for scenario in steady side-by-side; do
  dotnet run -c Release --project loadtests -- "$scenario" "$@"
done
