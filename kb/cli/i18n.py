"""`kb i18n`: which translations are missing or behind, and that one is up to date again."""

import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb import locales
from kb.cli.common import counted, json_option, load_settings, print_json
from kb.cli.tables import print_table
from kb.words.characters import one_line

if TYPE_CHECKING:
    from kb.writing.content import Written
    from kb.writing.repositories import Repositories
    from kb.writing.translations import Translation

# So many are listed when nobody says which; a list of all would hide the counts above it.
MOST_LISTED = 20
# What a terminal would obey; an article may hold anything.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_WORST_FIRST = ("behind", "unknown", "missing")
_REASONS = {
    "no_source_commit": "it has no source_commit",
    "no_history": "git does not know its source",
    "no_such_commit": "its source_commit is not in this repository",
    "shallow": "this clone is shallow: run `git fetch --unshallow`",
}


@click.group()
def i18n() -> None:
    """Keep translations up to date with what they were translated from."""


@i18n.command()
@click.option("--locale", help="Only this language, such as vi or zh-Hant.")
@click.option("--missing", is_flag=True, help="List all articles that are not translated.")
@click.option("--behind", is_flag=True, help="List all translations that are behind.")
@click.option("--diff", is_flag=True, help="Show what changed in the source since.")
@click.option("--check", is_flag=True, help="Exit with 4 when one is missing or behind.")
@json_option
@click.pass_context
def status(
    ctx: click.Context,
    locale: str | None,
    missing: bool,
    behind: bool,
    diff: bool,
    check: bool,
    as_json: bool,
) -> None:
    """Say which translations are missing, and which are behind by how many commits.

    With --missing or --behind, --check looks at those only.
    """
    from kb.cli import EXIT_FINDINGS
    from kb.writing.content import read_content
    from kb.writing.repositories import Repositories
    from kb.writing.translations import translations

    settings = load_settings(ctx)
    content = read_content(settings.all_sources())
    repositories = Repositories()
    found: Sequence[Translation]
    found = translations(content, settings.site, repositories, datetime.now(UTC))
    if locale is not None:
        wanted = _tag(locale)
        found = [each for each in found if each.locale == wanted]
    states = [name for name, given in (("missing", missing), ("behind", behind)) if given]
    chosen = [each for each in found if not states or each.state in states]
    if as_json:
        print_json(_shape(found, chosen, repositories, with_diff=diff))
    else:
        _print(found, chosen, repositories, with_diff=diff, in_full=bool(states))
    if content.problems:
        unread = counted(len(content.problems), "file")
        click.echo(f"{unread} could not be read: `kb lint` says why", err=True)
    if check and any(each.state in ("missing", "behind") for each in chosen):
        sys.exit(EXIT_FINDINGS)


@i18n.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "source",
    metavar="LOCALE",
    help="Language that they were translated from; default: that of the family's original.",
)
@click.pass_context
def mark(ctx: click.Context, files: tuple[Path, ...], source: str | None) -> None:
    """Note in translations that they hold all that their source says now.

    Nothing is committed. When one of the files cannot be marked, none is changed.
    """
    from kb.writing.marking import marks

    found = marks(files, load_settings(ctx), _tag(source) if source else "")
    for each in found:
        each.record()
        names = f"{_shown(each.written)}: translated from {_shown(each.source)}"
        click.echo(f"{names} at {each.revision[:12]}")


def _tag(text: str) -> str:
    try:
        return locales.normalise(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _print(
    found: "Sequence[Translation]",
    chosen: "Sequence[Translation]",
    repositories: "Repositories",
    *,
    with_diff: bool,
    in_full: bool,
) -> None:
    from kb.writing.translations import STATES, changes_since

    counts = _counts(found)
    if not counts:
        click.echo("There is nothing to translate.")
        return
    names = [*reversed(STATES)]
    print_table(
        ("language", *names),
        [(tag, *(of_one[name] for name in names)) for tag, of_one in counts.items()],
    )
    listed = sorted(
        (each for each in chosen if each.state in _WORST_FIRST),
        key=lambda each: _WORST_FIRST.index(each.state),
    )
    shown = listed if in_full else listed[:MOST_LISTED]
    if shown:
        click.echo("\n" + "\n".join(map(_line, shown)))
    if rest := len(listed) - len(shown):
        click.echo(f"and {rest} more: --behind, --missing or --json list all", err=True)
    for each in shown if with_diff else ():
        if said := changes_since(each, repositories):
            click.echo(f"\n{_shown(each.written)} lacks:\n{_CONTROL.sub('', said)}")


def _line(each: "Translation") -> str:
    from kb.files.commit_log import KEPT

    source = _shown(each.source)
    if each.state == "missing":
        return f"{source}: missing in {each.locale}"
    if each.state == "behind":
        more = " or more" if each.behind >= KEPT else ""
        return f"{_shown(each.written)}: {counted(each.behind, 'commit')}{more} behind {source}"
    return f"{_shown(each.written)}: {_REASONS[each.reason]} (source: {source})"


def _counts(found: "Sequence[Translation]") -> dict[str, Counter[str]]:
    """Return how many there are of each state, by language."""
    counts: dict[str, Counter[str]] = {}
    for each in sorted(found, key=lambda each: each.locale):
        counts.setdefault(each.locale, Counter())[each.state] += 1
    return counts


def _shape(
    found: "Sequence[Translation]",
    chosen: "Sequence[Translation]",
    repositories: "Repositories",
    *,
    with_diff: bool,
) -> dict[str, Any]:
    from kb.writing.translations import STATES, changes_since

    return {
        "locales": [
            {"locale": tag, **{name: of_one[name] for name in STATES}}
            for tag, of_one in _counts(found).items()
        ],
        "translations": [
            {
                "locale": each.locale,
                "state": each.state,
                "path": _path(each.written) if each.written else None,
                "source": each.source.article.key,
                "source_path": _path(each.source),
                "source_commit": each.written.article.source_commit if each.written else "",
                "behind": each.behind,
                "reason": each.reason,
                **({"diff": changes_since(each, repositories)} if with_diff else {}),
            }
            for each in chosen
        ],
    }


def _shown(written: "Written | None") -> str:
    """Return where a file is, for people; a name may hold anything, and a line only one name."""
    return one_line(_path(written)) if written else ""


def _path(written: "Written") -> str:
    """Return where a file is, as seen from here."""
    return os.path.relpath(written.path)
