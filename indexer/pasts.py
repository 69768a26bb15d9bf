"""What git tells of the articles: who wrote them and when, and which translations are behind.

A translation is compared with the article of its family that is itself no translation. Readers
who may not see that article learn nothing of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from indexer.ledger import Entry, FileId
from indexer.seen import Seen
from kb.files.history import History, read_history
from kb.files.past import UNKNOWN, has_day, read_past
from kb.settings_tables import Source
from kb.writing.drift import commits_since

_UNKNOWN = UNKNOWN.line
Behind = Mapping[FileId, tuple[int, str]]


class Pasts:
    """What the histories of the sources tell, by the name of the source."""

    def __init__(self, histories: Mapping[str, History] | None = None) -> None:
        self._histories = histories or {}

    def line(self, entry: Entry, behind: Behind) -> str:
        """Return what readers are told of a live article, as a line of kb.files.past."""
        line = self._known(entry)
        count, source = behind.get(entry.file, (0, ""))
        if count == 0 and (entry.dated is None or has_day(line)):
            return line
        past = read_past(line)
        updated = past.updated or entry.dated
        return replace(past, updated=updated, behind=count, translated_from=source).line

    def behind(self, live: Mapping[FileId, Entry]) -> Behind:
        """Return of each translation that is behind: by how many commits, and what it is behind."""
        translations = [each for each in live.values() if each.source_commit and not each.failure]
        families: dict[str, list[Entry]] = {each.translation_key: [] for each in translations}
        for entry in live.values() if families else ():
            if entry.translation_key in families and not entry.source_commit:
                families[entry.translation_key].append(entry)
        source_of = {
            each.file: source
            for each in translations
            if (source := self._source_of(each, families[each.translation_key]))
        }
        asked: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for identity, source in source_of.items():
            asked[source.source].add((source.path, live[identity].source_commit))
        counts = {
            (name, *pair): count
            for name, pairs in asked.items()
            for pair, count in commits_since(self._histories[name], pairs).items()
        }
        found = {
            identity: (counts.get((*source.file, live[identity].source_commit), 0), source.key)
            for identity, source in source_of.items()
        }
        return {identity: told for identity, told in found.items() if told[0]}

    def _known(self, entry: Entry) -> str:
        history = self._histories.get(entry.source)
        return history.pasts.get(entry.path, _UNKNOWN) if history else _UNKNOWN

    def _source_of(self, translation: Entry, family: Iterable[Entry]) -> Entry | None:
        """Return what an article was translated from; None when nobody can say."""
        locale, revision = translation.key.partition("/")[0], translation.source_commit

        def order(entry: Entry) -> tuple[bool, date, str]:
            history = self._histories[entry.source]
            is_named = history.number_of(revision) in history.numbers(entry.path)
            # Where the revision tells nothing: the oldest is the original.
            created = read_past(self._known(entry)).created
            return not is_named, created or date.max, entry.key

        possible = (
            entry
            for entry in family
            if entry.source in self._histories
            and entry.key.partition("/")[0] != locale
            and (entry.audience == "public" or translation.audience == "internal")
        )
        return min(possible, key=order, default=None)


def read_pasts(sources: Iterable[Source], seen: Seen | None = None) -> Pasts:
    """Return the past of every file that git knows."""
    histories: dict[str, History] = {}
    for source in sources:
        history = read_history(source.path, seen.history(source.path) if seen else None)
        if history is None:
            continue
        if seen:
            seen.learn_history(source.path, history.state)
        histories[source.name] = history
    return Pasts(histories)
