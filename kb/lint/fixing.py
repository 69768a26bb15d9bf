"""Mend what can be mended without changing a word of the author's.

Every change is read again before it is written: the article has to be the same as before, or one
that could not be read has to be one now. What is not certain is left for a person.
"""

import re
from collections.abc import Callable, Collection
from pathlib import Path

from kb.errors import ArticleError
from kb.files.foreign_fields import translate
from kb.files.library import decode, load
from kb.files.scan import SourceFile, defaults_for
from kb.lint.addresses import Addresses, chains, with_locale
from kb.lint.checking import Checked
from kb.lint.finding import Finding
from kb.lint.front_matter import TEXT_FIELDS, is_trap
from kb.lint.reading import Subject
from kb.paths import old_name
from kb.settings import Settings
from kb.writing.content import file_at
from kb.writing.editing import with_field
from kb.writing.tree import write

_LINE = re.compile(r"([A-Za-z][\w.-]*:[ \t]+|[ \t]*-[ \t]+)([^\r\n]*?)([ \t]*\r?)")
_RENAMED = TEXT_FIELDS | {"publish_at", "expire_at", "verified_on", "locale"}


def fix(findings: Collection[Finding], checked: Checked, settings: Settings) -> list[str]:
    """Mend the files of the findings; return the paths of those that were changed, in order."""
    by_path: dict[str, list[Finding]] = {}
    for each in findings:
        if each.rule in _FIXES:
            by_path.setdefault(each.path, []).append(each)
    fixed = {path for path, wrong in by_path.items() if _fix_file(path, wrong, settings)}
    chained = {each.path for each in findings if each.rule == "alias-chain"}
    return sorted(fixed | _straighten(checked, chained))


def _fix_file(path: str, findings: list[Finding], settings: Settings) -> bool:
    """Mend one file; whether it was changed."""
    try:
        file = file_at(Path(path), settings.all_sources())
        data = file.read()
        text = decode(data, file.path)
    except ArticleError:
        return False
    for each in sorted(findings, key=lambda each: -each.line):
        changed = _on_line(text, each.line, _FIXES[each.rule])
        if changed != text and _is_same(file, text, changed):
            text = changed
    if text.encode() == data:
        return False
    Path(file.absolute).write_bytes(text.encode())
    return True


def _is_same(file: SourceFile, before: str, after: str) -> bool:
    """Whether a change leaves the article as it was, or makes one of what was none."""
    defaults = defaults_for(file)
    try:
        now = load(file, after.encode(), defaults).article
    except ArticleError as error:
        return _still_wrong(file, before, error)
    try:
        return load(file, before.encode(), defaults).article == now
    except ArticleError:
        return True


def _still_wrong(file: SourceFile, before: str, after: ArticleError) -> bool:
    """Whether a file that could not be read is a line further now."""
    try:
        load(file, before.encode(), defaults_for(file))
    except ArticleError as error:
        return after.line > error.line
    return False


def _on_line(text: str, number: int, change: Callable[[str], str]) -> str:
    """Return a text with one of its lines changed; as it is when it has no such line."""
    lines = text.split("\n")
    if number <= len(lines):
        lines[number - 1] = change(lines[number - 1])
    return "\n".join(lines)


def _quote_colon(line: str) -> str:
    """Put a value that holds a colon into quotes, unless it is more than a plain text."""
    match = _LINE.fullmatch(line)
    if match is None or match[2][:1] in ("", *"\"'[{|>&*!"):
        return line
    return match[1] + _quoted(match[2]) + match[3]


def _quote_trap(line: str) -> str:
    """Put what YAML 1.1 reads as a number or a truth into quotes."""
    match = _LINE.fullmatch(line)
    if match is None:
        return line
    value = match[2]
    if value[:1] == "[" and value[-1:] == "]":
        parts = [each.strip() for each in value[1:-1].split(",")]
        value = f"[{', '.join(_quoted(part) if is_trap(part) else part for part in parts)}]"
    elif is_trap(value):
        value = _quoted(value)
    return match[1] + value + match[3]


def _quoted(value: str) -> str:
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _rename(line: str) -> str:
    """Write a field in our spelling; what that says is compared before anything is written."""
    name, colon, rest = line.partition(":")
    ours = next(iter(translate({name: "x"}).values), "")
    return f"{ours}{colon}{rest}" if ours in _RENAMED else line


def _as_it_is(line: str) -> str:
    return line  # A byte order mark goes by writing the file without.


_FIXES: dict[str, Callable[[str], str]] = {
    "byte-order-mark": _as_it_is,
    "unquoted-colon": _quote_colon,
    "yaml-trap": _quote_trap,
    "foreign-field": _rename,
}


def _straighten(checked: Checked, paths: set[str]) -> set[str]:
    """Move aliases from articles that moved to those that took their place."""
    fixed: set[str] = set()
    aliases = {
        subject.shown: list(subject.written.article.aliases)
        for subject in checked.library.subjects.values()
    }
    subjects = {subject.shown: subject for subject in checked.library.subjects.values()}
    locales = {subject.written.article.locale for subject in subjects.values()}
    for key, goal, subject in chains(Addresses.of(checked.library), checked.circumstances):
        if subject.shown not in paths:
            continue
        own = subject.written.article.locale
        moved = [
            alias
            for alias in aliases[subject.shown]
            if with_locale(old_name(alias), own, locales) == key
        ]
        aliases[subject.shown] = [each for each in aliases[subject.shown] if each not in moved]
        aliases[goal.shown] += [key if goal.written.article.locale != own else moved[0]]
        fixed |= {subject.shown, goal.shown}
    try:
        texts = {path: _with_aliases(subjects[path], aliases[path]) for path in fixed}
    except ArticleError:
        return set()  # All or none: an alias must not get lost on its way.
    for path, text in texts.items():
        write(subjects[path].written.path, text)
    return fixed


def _with_aliases(subject: Subject, aliases: list[str]) -> str:
    written = subject.written
    origin = translate(written.document.values).origin.get("aliases", "aliases")
    return with_field(written.text, origin, aliases or None, written.file.path)
