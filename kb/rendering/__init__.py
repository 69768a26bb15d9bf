"""How Markdown becomes safe HTML and plain text, and what an agent copies of it."""
