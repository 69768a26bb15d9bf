"""`git push` is publishing: from a branch of a repository to files that can be indexed.

Not here: the index itself (`indexer.update`), the request that a forge sends (`webapp.publishing`)
and the processes that do all of it in turn (`kb.cli.sync`, `kb.cli.publisher`).
"""
