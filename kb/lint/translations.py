"""Translations whose source was changed since they were made."""

from collections.abc import Iterator
from datetime import datetime

from kb.lint.finding import Finding, shown
from kb.lint.rules import make
from kb.settings_tables import Site
from kb.writing.content import Content
from kb.writing.repositories import Repositories
from kb.writing.translations import translations


def check(content: Content, site: Site, now: datetime) -> Iterator[Finding]:
    """Yield translations that name a revision which is not the last one of their source."""
    if not any(each.article.source_commit for each in content.articles):
        return
    for each in translations(content, site, Repositories(), now):
        if each.state == "behind" and each.written:
            times = "once" if each.behind == 1 else f"{each.behind} times"
            source = shown(each.source.path)
            found = f"{source} was changed {times} since it was translated"
            line = each.written.document.lines.get("source_commit", 1)
            fix = "Bring it up to date, then `kb i18n mark` it"
            yield make("translation-behind", shown(each.written.path), line, found, fix)
