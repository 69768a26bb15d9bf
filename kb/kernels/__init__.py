"""The inner loops of a search: compiled ones, or the same with numpy where there was no compiler.

Both are tested to give the same. The environment variable KBSEARCH_PLAIN_KERNELS chooses numpy's,
when it is not empty.
"""

import os
from collections.abc import Callable, Sequence
from types import ModuleType

from kb.kernels import matches, plain


def _compiled() -> ModuleType | None:
    if os.environ.get("KBSEARCH_PLAIN_KERNELS"):
        return None
    try:
        from kb.kernels import compiled
    except ImportError:
        return None
    return compiled


_chosen = _compiled()
IS_COMPILED = _chosen is not None

Postings: type[plain.Postings] = (_chosen or plain).Postings
Strings: type[plain.Strings] = (_chosen or plain).Strings
Terms: type[plain.Terms] = (_chosen or plain).Terms
Words: type[plain.Words] = (_chosen or plain).Words
best_in_each: Callable[[plain.Floats, plain.Numbers], plain.Floats]
best_in_each = (_chosen or plain).best_in_each
second_in_each: Callable[[plain.Floats, plain.Numbers], plain.Floats]
second_in_each = (_chosen or plain).second_in_each
largest: Callable[[plain.Floats, int], plain.Numbers]
largest = (_chosen or plain).largest
mark: Callable[[str, Sequence[matches.Span]], str]
mark = (_chosen or matches).mark
