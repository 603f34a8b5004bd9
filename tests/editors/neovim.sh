#!/usr/bin/env bash
# Neovim, without a screen, with the configuration of editors/neovim.
source "$(dirname "$0")/need.sh"
need nvim neovim
cp tests/editors/letter.txt "$work"
HOME=$work timeout 120 nvim --headless -u NONE -i NONE -c "luafile tests/editors/neovim.lua" "$work/letter.txt"
