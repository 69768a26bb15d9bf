"""One module a step; `kb.events.migrations` runs them."""
