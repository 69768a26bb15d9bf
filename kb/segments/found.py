"""What an index knows of a term, and what a query makes of it: plain tuples, for there are many."""

from typing import NamedTuple


class Found(NamedTuple):
    """A term of the index.

    numbers      its number in each segment, -1 where there is none
    heads        how many live heads hold it
    passages     how many live passages do
    head_idf     its idf in heads: the mean of those among heads and among passages
    passage_idf  its idf among passages
    documents    how many live documents hold it
    idf          what it says about an article that holds it
    """

    numbers: tuple[int, ...]
    heads: int
    passages: int
    head_idf: float
    passage_idf: float
    documents: int
    idf: float


class Reading(NamedTuple):
    """A term that stands for a word of the query.

    weight      factor on all its gains
    importance  what holding it covers
    """

    found: Found
    weight: float
    importance: float
