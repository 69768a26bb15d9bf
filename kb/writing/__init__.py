"""What writers do with their articles: read them all, change their front matter, keep them true.

Everything here works on the files as they lie on the disk, never on an index.
"""
