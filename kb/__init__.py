"""The knowledge base itself: articles, their text, queries, hits, and how we judge them.

Nothing in this package knows Whoosh or Flask. Give it text and numbers, and it gives
back values; `indexer` makes those values searchable, `webapp` puts them on a page.
The one exception is `kb.cli`, which sits above all three packages.
"""

__version__ = "0.1.0"
