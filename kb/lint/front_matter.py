"""What is wrong with front matter: errors of reading it, traps of YAML, names of fields.

Our reader takes every value as the text that it is. Editors, forges and other generators read
the same file by YAML 1.1, where `no` is false and `1.10` is 1.1.
"""

import re
from collections.abc import Iterator

import yaml

from kb.errors import ArticleError
from kb.files.foreign_fields import translate
from kb.lint.finding import Finding
from kb.lint.reading import Circumstances, Subject
from kb.lint.rules import make
from kb.words.characters import tidy

COLON = "a value that holds a colon"
TEXT_FIELDS = frozenset(
    (
        *("title", "description", "questions", "tags", "topic", "slug", "owner", "aliases"),
        *("translation_key", "source_commit"),
    )
)
_LINE = re.compile(r"([A-Za-z][\w.-]*):[ \t]*(.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_PLAIN_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.(?:0|\d*[1-9]))?")
_WARNING = re.compile(r"(\d+): (.*)", re.S)
_UNKNOWN = re.compile(r"unknown field (.*?)(?:; did you mean (\w+)\?)?", re.S)
_TRAPS = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


def of_error(error: ArticleError, path: str) -> Finding:
    """Return the finding for a file that cannot be read as an article."""
    rule = "unquoted-colon" if error.found == COLON else "invalid-file"
    return make(rule, path, error.line, error.found, error.fix)


def check(subject: Subject, _: Circumstances) -> Iterator[Finding]:
    """Yield what is wrong with the front matter of an article that can be read."""
    yield from _warnings(subject)
    for line, name, value in texts(subject.written.text):
        if is_trap(value):
            found = f"other tools do not read {name}: {value} as this text"
            yield make("yaml-trap", subject.shown, line, found, f'Write it as "{value}"')
        elif name in ("title", "description", "questions") and _is_cut(value):
            found = f"the {name} ends before the #"
            yield make("cut-by-comment", subject.shown, line, found, "Put the value into quotes")
    yield from _foreign(subject)


def check_mark(subject: Subject, _: Circumstances) -> Iterator[Finding]:
    """Yield a byte order mark: git, YAML and grep all take it for text."""
    with open(subject.written.file.absolute, "rb") as stream:
        if stream.read(3) == b"\xef\xbb\xbf":
            found = "an invisible byte order mark opens the file"
            yield make("byte-order-mark", subject.shown, 1, found, "Save it as UTF-8 without BOM")


def texts(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, field and value of each text of the front matter that has one line."""
    lines = tidy(text).split("\n")
    name = ""
    if lines[0].rstrip() != "---":
        return
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == "---":
            return
        if field := _LINE.fullmatch(line):
            name = field[1]
            value = field[2].strip()
            values = value[1:-1].split(",") if value[:1] == "[" and value[-1:] == "]" else [value]
        elif item := _ITEM.fullmatch(line):
            values = [item[1].strip()]
        else:
            continue
        if name in TEXT_FIELDS:
            yield from ((number, name, each.strip()) for each in values if each.strip())


def is_trap(value: str) -> bool:
    """Whether YAML 1.1 makes something of a plain value that is not this text any more."""
    if _PLAIN_NUMBER.fullmatch(value):
        return False
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(value[:1], [])
    return any(tag in _TRAPS and pattern.match(value) for tag, pattern in resolvers)


def _is_cut(value: str) -> bool:
    return value[0] not in "\"'[{|>" and re.search(r"[ \t]#[^\s#]", value) is not None


def of_warning(warning: str, file: str, path: str) -> Finding:
    """Return the finding for what reading a file warned of, as `file:line: text`."""
    parts = _WARNING.fullmatch(warning.removeprefix(f"{file}:"))
    line, text = (int(parts[1]), parts[2]) if parts else (1, warning)
    if unknown := _UNKNOWN.fullmatch(text):
        fix = f"Write {unknown[2]}, or leave it out" if unknown[2] else "Leave it out"
        return make("unknown-field", path, line, f"unknown field {unknown[1]}", fix)
    rule = "unknown-variable" if "is not a variable" in text else "doubtful-value"
    found, _, fix = text.partition(". ")
    return make(rule, path, line, found, fix.rstrip("."))


def _warnings(subject: Subject) -> Iterator[Finding]:
    for warning in subject.written.warnings:
        # Files of others use the word for other things, and their source says who reads them.
        if ": audience is not ours" not in warning:
            yield of_warning(warning, subject.written.file.path, subject.shown)


def _foreign(subject: Subject) -> Iterator[Finding]:
    """Yield fields in the spelling of other tools, where the file was written for this one."""
    if not subject.is_ours:
        return
    for name, written in translate(subject.written.document.values).origin.items():
        if name != written and written.lower() not in ("draft", "published", "unlisted", "hidden"):
            found = f"{written} is called {name} here"
            yield make(
                "foreign-field", subject.shown, subject.line_of(written), found, f"Write {name}"
            )
