"""Articles as the files that a writer would have committed, for the product's own way in."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kb.article import Article
from kb.search import Topic

_GIT = ("git", "-c", "user.name=Writer", "-c", "user.email=writer@example.com")


def write_articles(root: Path, articles: Iterable[Article]) -> None:
    """Write each article to `<locale>/<topic>/<slug>.md` under `root`."""
    for article in articles:
        fields = {
            "title": article.title,
            "description": article.description,
            "questions": list(article.questions),
            "audience": article.audience,
            "aliases": list(article.aliases),
            "verify_every": article.verify_every,
            "search": {"boost": article.boost},
        }
        lines = [
            f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()
        ]
        if article.verified_on:
            lines.append(f"verified_on: {article.verified_on.isoformat()}")
        write_file(root, article, "\n".join(lines), article.body)


def write_file(root: Path, article: Article, front_matter: str, body: str) -> None:
    """Write one file with this front matter and body at the article's place."""
    file = root / article.locale / article.topic / f"{article.slug}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\n{front_matter}\n---\n{body}\n", encoding="utf-8")


def write_topics(root: Path, topics: Mapping[str, Sequence[Topic]]) -> None:
    """Write the `_topic.yml` of each topic that has a folder."""
    for locale, known in topics.items():
        for topic in known:
            values = {"title": topic.title, "description": topic.description, "order": topic.order}
            text = "\n".join(f"{name}: {json.dumps(each)}" for name, each in values.items())
            (root / locale / topic.slug / "_topic.yml").write_text(text, encoding="utf-8")


def write_removed(root: Path, removed: Mapping[str, Mapping[str, str]]) -> None:
    """Write what is said of articles that were taken away, for each locale."""
    (root / "_removed").mkdir()
    for locale, notes in removed.items():
        text = json.dumps(notes, ensure_ascii=False)
        (root / "_removed" / f"{locale}.yml").write_text(text, encoding="utf-8")


def commit(root: Path) -> None:
    """Make `root` a git repository with one revision of 3 November 2026."""
    moment = {
        "GIT_AUTHOR_DATE": "2026-11-03T09:00:00Z",
        "GIT_COMMITTER_DATE": "2026-11-03T09:00:00Z",
    }
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "Write the articles")):
        subprocess.run([*_GIT, *arguments], cwd=root, check=True, env={**os.environ, **moment})
