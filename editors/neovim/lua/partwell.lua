-- Starts `partwell lsp` for drafts and for partwell's own files. Neovim 0.7 or newer.
local M = {}

local defaults = {
  cmd = { "partwell", "lsp" },
  filetypes = { "text", "markdown", "html", "mail", "toml" },
  settings = {},
}

local function wanted(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  if vim.bo[bufnr].filetype ~= "toml" then
    return true
  end
  return name:match("partwell%.toml$") or name:match("rules[^/]*/.*%.toml$")
end

local function root(name)
  local found = vim.fn.findfile("partwell.toml", vim.fn.fnamemodify(name, ":p:h") .. ";")
  return vim.fn.fnamemodify(found ~= "" and found or name, ":p:h")
end

local clients = {}

local function start(options, bufnr)
  if not wanted(bufnr) then
    return
  end
  local folder = root(vim.api.nvim_buf_get_name(bufnr))
  local config = {
    name = "partwell",
    cmd = options.cmd,
    root_dir = folder,
    workspace_folders = { { uri = vim.uri_from_fname(folder), name = folder } },
    settings = { partwell = options.settings },
    init_options = options.settings,
    on_attach = options.on_attach,
  }
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = bufnr })
    return
  end
  clients[folder] = clients[folder] or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(bufnr, clients[folder])
end

-- options: cmd, filetypes, settings (reason, language, messageLanguage, config, rules ...), on_attach
function M.setup(options)
  options = vim.tbl_deep_extend("force", defaults, options or {})
  vim.api.nvim_create_autocmd("FileType", {
    pattern = options.filetypes,
    group = vim.api.nvim_create_augroup("partwell", {}),
    callback = function(event)
      start(options, event.buf)
    end,
  })
end

return M
