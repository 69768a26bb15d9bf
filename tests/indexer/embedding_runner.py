"""Embedding an index with the test embedder, as a program that can be killed."""

import sys
from pathlib import Path

from word_embedder import WordEmbedder

from indexer.embedding import embed


def main() -> None:
    """Embed what the index under the one argument lacks."""
    embed(Path(sys.argv[1]), WordEmbedder(), publish_seconds=0)
