#!/usr/bin/env bash
# The VS Code extension: compiled, its tests run in node, packaged.
source "$(dirname "$0")/need.sh"
need npm nodejs npm
cp -r editors/vscode "$work/vscode"
cd "$work/vscode"
npm ci --no-audit --no-fund --loglevel=error >/dev/null || skip "its packages cannot be installed here"
npm run --silent check
npm test --silent
npm run --silent package
test -s partwell.vsix
