"""One module a step; `kb.migrations` runs them."""
