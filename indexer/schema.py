"""The Whoosh schema: terms come ready-made, Whoosh only keeps them.

Whoosh's own analyzers never run (they cut Vietnamese at its accents and keep a Chinese sentence
in one piece), so a field takes a list of terms. The schema is pickled into the index: classes
here have to stay importable under their names, or the fingerprint has to change.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from whoosh import fields, formats

from kb.segments.shape import FIELDS

KEY = "key"


class TermsField(fields.FieldType):  # type: ignore[misc]
    """A field whose value is a list of terms; a posting's weight is the term's count."""

    def __init__(self) -> None:
        # Existence keeps no value a posting: the count travels as the weight.
        super().__init__(formats.Existence(), analyzer=None, scorable=True)

    def index(self, value: Sequence[str], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, count, weight, no value) for each distinct term."""
        for term, count in Counter(value).items():
            yield term.encode("utf-8", "replace"), count, float(count), b""


def schema() -> fields.Schema:
    """Return the schema of one audience's index of one locale.

    key  the article's key, on every document of the article; the only thing that is stored
    """
    parts = {name: TermsField() for name in FIELDS}
    return fields.Schema(**{KEY: fields.ID(stored=True)}, **parts)
