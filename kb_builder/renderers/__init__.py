"""The only modules that know a site generator. Each has `configure(tree, folder)` and `render(folder, out)`."""
