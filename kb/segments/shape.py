"""What shapes an index, as plain values: another value means another kind of index.

Apart from the code that goes by them, so that asking whether an index is of today's kind
(`indexer.fingerprint`) does not load all that analysis and scoring take.
"""

ANALYSIS_VERSION = 3  # to be raised with every change of the terms that come out
STREAMS = ("exact", "loose", "pair")

HEAD_PARTS = ("title", "questions", "tags")
PASSAGE_PARTS = ("heading", "body")
PARTS = HEAD_PARTS + PASSAGE_PARTS
FIELDS = tuple(f"{part}_{stream}" for part in PARTS for stream in STREAMS)

# BM25, see `kb.segments.bm25`.
K1 = 1.2
B = 0.75
# By measurement (`make evaluate`).
BOOSTS = {"title": 1.5, "questions": 1.2, "tags": 0.4, "heading": 0.4, "body": 1.0}
# Words in an ordinary text of each part.
USUAL_LENGTHS = {"title": 8, "questions": 20, "tags": 4, "heading": 5, "body": 150}
