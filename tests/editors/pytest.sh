#!/usr/bin/env bash
# pytest-lsp: a client of its own, with push and with pull.
source "$(dirname "$0")/need.sh"
need python3 python3 python3-venv
python3 -m venv "$work/venv" 2>/dev/null || skip "python3 has no venv"
"$work/venv/bin/pip" install -q "pytest-lsp>=1,<2" 2>/dev/null || skip "pytest-lsp cannot be installed here"
timeout 300 "$work/venv/bin/python" -m pytest -q -p no:cacheprovider tests/editors/test_server.py
