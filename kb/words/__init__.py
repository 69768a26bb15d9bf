"""Which terms a text has, in each language."""
