"""Everything that touches a search index, to write it or to read it. The only importer of whoosh.

Not here: what an article is, how text becomes terms, how terms become scores (`kb`), and
anything about HTTP (`webapp`).
"""
