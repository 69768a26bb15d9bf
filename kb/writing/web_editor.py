"""What an article begins with in the web editor of a forge, from a question that found nothing.

All of it has to fit into an address, and servers accept some 8,000 characters: a Chinese one takes
nine of them. So it is the title and a few other wordings. It is a draft, as all that is begun.

Every server imports this for one link of a report: what writes YAML is imported when it is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.files.slugs import slug_of
from kb.settings_tables import Source

LONGEST_WORDING = 120
MOST_QUESTIONS = 4
_NO_SLUG = "new-article"


@dataclass(frozen=True, slots=True)
class Begun:
    """A file that is not there yet.

    source  name of the source that it would belong to
    path    relative to the source's folder, with "/"
    text    front matter
    """

    source: str
    path: str
    text: str


def begun(wordings: Sequence[str], locale: str, sources: Sequence[Source]) -> Begun | None:
    """Return the article that would answer a question; None where no source has its language.

    wordings  how it was asked, the one to become the title first
    """
    source = next((each for each in sources if each.locale in (None, locale)), None)
    shown = list(dict.fromkeys(_shortened(each) for each in wordings[: MOST_QUESTIONS + 1]))
    if source is None or not shown:
        return None
    folder = "" if source.locale else f"{locale}/"
    path = f"{folder}{slug_of(shown[0]) or _NO_SLUG}.md"
    fields = {"title": shown[0], "questions": shown[1:], "status": "draft"}
    given = {name: value for name, value in fields.items() if value}
    import yaml

    written = yaml.safe_dump(given, allow_unicode=True, sort_keys=False, width=float("inf"))
    return Begun(source.name, path, f"---\n{written}---\n\n")


def _shortened(wording: str) -> str:
    text = " ".join(wording.split())
    return text if len(text) <= LONGEST_WORDING else f"{text[: LONGEST_WORDING - 1].rstrip()}…"
