#!/usr/bin/env bash
# Emacs in batch mode, with the configuration of editors/emacs.
source "$(dirname "$0")/need.sh"
need emacs emacs-nox elpa-eglot
emacs --batch --eval "(require 'eglot)" 2>/dev/null || { apt-get install -qy --no-install-recommends elpa-eglot >/dev/null 2>&1 || true; }
emacs --batch -f package-initialize --eval "(require 'eglot)" 2>/dev/null || skip "Eglot cannot be installed here"
cp tests/editors/letter.txt "$work"
HOME=$work LETTER=$work/letter.txt timeout 120 emacs --batch -f package-initialize -L editors/emacs -l tests/editors/emacs.el
