"""Articles that were read and wait to be made: in memory, and when they are many in a file."""

import pickle
from collections.abc import Iterator, MutableMapping
from tempfile import SpooledTemporaryFile

from indexer.ledger import FileId
from kb.article import Article

MEMORY_BYTES = 4 << 20


class ArticleSpool(MutableMapping[FileId, Article]):
    """A mapping whose values are read again whenever they are asked for.

    The file has no name and nobody else's bytes, so unpickling it is safe.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115 - lives as we do
        self._places: dict[FileId, tuple[int, int]] = {}
        self._end = 0

    def __del__(self) -> None:
        self._file.close()

    def __setitem__(self, identity: FileId, article: Article) -> None:
        data = pickle.dumps(article, pickle.HIGHEST_PROTOCOL)
        self._file.seek(self._end)
        self._file.write(data)
        self._places[identity] = self._end, len(data)
        self._end += len(data)

    def __getitem__(self, identity: FileId) -> Article:
        """Return an article; KeyError when it was not read."""
        place, length = self._places[identity]
        self._file.seek(place)
        article: Article = pickle.loads(self._file.read(length))  # noqa: S301 - see above
        return article

    def __delitem__(self, identity: FileId) -> None:
        del self._places[identity]

    def __contains__(self, identity: object) -> bool:
        return identity in self._places

    def __iter__(self) -> Iterator[FileId]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
