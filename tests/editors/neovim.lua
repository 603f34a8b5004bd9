-- Opens a letter, waits for its diagnostics, asks why, has something mended.
local function fail(message)
  io.stderr:write("neovim: " .. message .. "\n")
  vim.cmd("cquit 1")
end
local function wait(what, ready)
  if not vim.wait(20000, ready, 10) then
    fail("waited in vain for " .. what)
  end
end
local function check(what, found, expected)
  if not vim.deep_equal(found, expected) then
    fail(what .. ": " .. vim.inspect(found) .. " instead of " .. vim.inspect(expected))
  end
end

vim.opt.runtimepath:append("editors/neovim")
require("partwell").setup({ cmd = { vim.env.PARTWELL, "lsp" }, settings = { messageLanguage = "en" } })
vim.bo.filetype = "text"

local function found(code)
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    local told = diagnostic.code or (diagnostic.user_data and diagnostic.user_data.lsp and diagnostic.user_data.lsp.code)
    if told == code then
      return diagnostic
    end
  end
end
wait("diagnostics", function() return found("blame") end)
local line = vim.api.nvim_buf_get_lines(0, 2, 3, true)[1]
local blame = found("blame")
check("line", blame.lnum, 2)
-- Neovim counts bytes: behind an emoji and in Cyrillic they are not the columns of the protocol.
check("column", blame.col, line:find("Вы", 1, true) - 1)
check("end", blame.end_col >= line:find(" срок", 1, true) - 1, true)

-- Typing: the fault goes away, and its diagnostic with it.
vim.api.nvim_buf_set_text(0, 2, blame.col, 2, line:find("Мы", 1, true) - 1, {})
wait("the change to be answered", function() return not found("blame") end)
vim.cmd("undo")
wait("the undo to be answered", function() return found("blame") end)

-- Hover.
vim.api.nvim_win_set_cursor(0, { 3, blame.col })
vim.lsp.buf.hover()
local hover
wait("the hover", function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      hover = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true), "\n")
      return true
    end
  end
end)
check("hover", hover:find("blame", 1, true) ~= nil, true)

-- A code action: what is missing is put in, in the letter's language.
local thanks = found("missing-thanks")
vim.api.nvim_win_set_cursor(0, { thanks.lnum + 1, thanks.col })
local before = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n")
vim.ui.select = function(items, _, choose)
  for _, item in ipairs(items) do
    local action = item.action or item[2]
    if action.title:find("лагодар", 1, true) then
      return choose(item)
    end
  end
  fail("no such action: " .. vim.inspect(items))
end
vim.lsp.buf.code_action()
wait("the code action", function()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n") ~= before
end)
wait("thanks to be found", function() return not found("missing-thanks") end)
check("the blame still at its place", vim.api.nvim_buf_get_lines(0, found("blame").lnum, found("blame").lnum + 1, true)[1], line)

-- The flaws of a config.
vim.cmd("edit! " .. vim.fn.fnamemodify(vim.api.nvim_buf_get_name(0), ":h") .. "/partwell.toml")
vim.api.nvim_buf_set_lines(0, 0, -1, true, { 'reason = "abuse"' })
vim.bo.filetype = "toml"
wait("the flaw of the config", function() return #vim.diagnostic.get(0) == 1 end)
io.stdout:write("neovim: diagnostics, changes, hover, code action, config\n")
vim.cmd("quitall!")
