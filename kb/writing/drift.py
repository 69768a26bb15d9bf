"""How far a translation is behind: commits that changed its source since it was made.

What counts is whether the source's revision holds a commit, not which came first by the clock: a
change that lay on a branch and was merged later is new to the translation.
"""

from collections.abc import Iterable

from kb.files.history import History


def commits_since(
    history: History, translations: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Return how many commits changed each source since it was translated.

    All are counted in one pass. Who cannot be told is left out: a revision that this clone does
    not have, or no revision, or a file that git does not know.

    translations  (path of the source article, revision that it was translated from)
    """
    pairs = dict.fromkeys(translations)
    numbers = {revision: history.number_of(revision) for _, revision in pairs}
    bits = {n: 1 << bit for bit, n in enumerate({n for n in numbers.values() if n is not None})}
    # Of each commit: which of the revisions hold it.
    holders = dict(bits)
    for number, parents in history.parents() if bits else ():
        if held := holders.get(number, 0):
            for parent in parents:
                holders[parent] = holders.get(parent, 0) | held
    counts: dict[tuple[str, str], int] = {}
    for path, revision in pairs:
        source, changes = numbers[revision], history.numbers(path)
        if source is not None and changes:
            bit = bits[source]
            counts[path, revision] = sum(not holders.get(each, 0) & bit for each in changes)
    return counts
