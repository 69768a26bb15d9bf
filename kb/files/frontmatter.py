"""Split an article file into its front matter and its Markdown body.

Front matter is the YAML between two lines of three dashes, the first of which is line 1. A
file without it is an error, not an article with no title: an author who mistypes a dash must
hear about it from us, not from a customer.

The YAML is a stranger's. It is read by a strict loader: sizes and depth are bounded, anchors,
aliases, merge keys, tags and repeated keys are refused, and every scalar stays the author's
text (`no`, `1.10` and `2026-13-45` too); the model of the fields converts what it needs.
PyYAML's C loader is not used: it crashes the process on deep nesting.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kb.errors import ArticleError
from kb.files.plain_yaml import read_plain
from kb.words.characters import tidy

FENCE = "---"
MAX_FILE_BYTES = 1 << 20
MAX_YAML_BYTES = 16 << 10
MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file.

    values     the front matter; values are str, None, list or dict
    lines      line of the file, from 1, where each top-level key stands
    body       Markdown, NFC, LF
    body_line  line of the file on which the body begins
    """

    values: dict[str, Any]
    body: str
    body_line: int
    lines: dict[str, int] = field(default_factory=dict)


def has_front_matter(text: str) -> bool:
    """Whether line 1 opens front matter."""
    return text.removeprefix("\ufeff").partition("\n")[0].rstrip() == FENCE


def split(text: str, path: Path | str) -> tuple[str, str, int]:
    """Return the YAML, the body, and the line on which the body begins."""
    if len(text) > MAX_FILE_BYTES:
        raise too_long(path)
    lines = tidy(text).split("\n")
    if lines[0].rstrip() != FENCE:
        raise ArticleError(path, 1, "no front matter", "Begin line 1 with --- and give a title")
    ends = (number for number, line in enumerate(lines[1:], 2) if line.rstrip() == FENCE)
    number = next(ends, 0)
    if not number:
        raise ArticleError(path, len(lines), "the front matter never ends", "Close it with ---")
    yaml_text = "\n".join(lines[1 : number - 1])
    if len(yaml_text.encode()) > MAX_YAML_BYTES:
        raise ArticleError(
            path,
            2,
            f"the front matter is longer than {MAX_YAML_BYTES >> 10} KiB",
            "Move text to the body",
        )
    return yaml_text, "\n".join(lines[number:]), number + 1


def too_long(path: Path | str) -> ArticleError:
    """Return the error for a file over the limit."""
    return ArticleError(
        path, 1, f"the file is longer than {MAX_FILE_BYTES >> 20} MiB", "Split the article"
    )


def parse(text: str, path: Path | str) -> tuple[dict[str, Any], str]:
    """Return the front matter's values and the body."""
    document = read(text, path)
    return document.values, document.body


def read(text: str, path: Path | str) -> Document:
    """Return the whole file, with the line of every key."""
    yaml_text, body, body_line = split(text, path)
    values, lines = load_yaml(yaml_text, path, first_line=2)
    return Document(values, body, body_line, lines)


def load_yaml(
    text: str, path: Path | str, first_line: int = 1
) -> tuple[dict[str, Any], dict[str, int]]:
    """Return a YAML mapping and the line of each of its keys; anything else is an error."""
    if (plain := read_plain(text)) is not None:
        values, lines = plain
        return values, {key: line + first_line for key, line in lines.items()}
    with _strict_loader(text, path, first_line) as loader:
        node = loader.get_single_node()
        lines = loader.key_lines(node, first_line)
        values = loader.construct_document(node) if node is not None else {}
    if not isinstance(values, dict):
        raise ArticleError(path, first_line, "not a list of fields", "Write `field: value` lines")
    return values, lines


def load_yaml_list(text: str, path: Path | str) -> list[tuple[Any, int, dict[str, int]]]:
    """Return each item of a YAML list, its line and those of its keys; else it is an error."""
    with _strict_loader(text, path, 1) as loader:
        node = loader.get_single_node()
        values = loader.construct_document(node) if node is not None else []
        if not isinstance(values, list):
            raise ArticleError(path, 1, "not a list", "Begin each item with a dash")
        nodes = node.value if node is not None else []
        lines = [(item.start_mark.line + 1, loader.key_lines(item, 1)) for item in nodes]
    return [(value, *places) for value, places in zip(values, lines, strict=True)]


@contextmanager
def _strict_loader(text: str, path: Path | str, first_line: int) -> Iterator["_StrictLoader"]:
    """Read with a strict loader; whatever it refuses is explained to the author."""
    try:
        loader = _StrictLoader(text)
        try:
            yield loader
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _explained(error, path, first_line) from error
    except (ValueError, RecursionError, OverflowError) as error:
        raise ArticleError(
            path, first_line, "the front matter cannot be read", "Make it simpler"
        ) from error


class _Refused(yaml.MarkedYAMLError):
    """Valid YAML that we do not take; `fix` tells the author what to do."""

    def __init__(self, found: str, fix: str, mark: Any) -> None:
        super().__init__(problem=found, problem_mark=mark)
        self.fix = fix


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader without aliases, anchors, tags, merges, repeated keys and deep nesting."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        parser: Any = self
        event = parser.peek_event()
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused("an anchor or alias (& or *)", "Quote the value", mark)
        if getattr(event, "tag", None) not in (None, "!"):
            raise _Refused("a YAML tag (!)", "Quote the value", mark)
        if self.depth >= MAX_DEPTH:
            raise _Refused(f"nested more than {MAX_DEPTH} deep", "Make it simpler", mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            mark = key_node.start_mark
            if not isinstance(key_node, yaml.ScalarNode):
                raise _Refused("a key that is not a word", "Quote the value", mark)
            key = "" if key_node.value is None else str(key_node.value)
            if key == "<<":
                raise _Refused("a merge key (<<)", "Write the fields out", mark)
            if key in mapping:
                raise _Refused(f"the field {key[:60]} is there twice", "Keep one of them", mark)
            mapping[key] = self.construct_object(value_node, deep=True)
        return mapping

    def construct_yaml_map(self, node: Any) -> Any:
        yield self.construct_mapping(node)

    def key_lines(self, node: Any, first_line: int) -> dict[str, int]:
        """Return the line of each top-level key."""
        if not isinstance(node, yaml.MappingNode):
            return {}
        return {
            str(key.value): key.start_mark.line + first_line
            for key, _ in node.value
            if isinstance(key, yaml.ScalarNode)
        }


# Only emptiness is recognised; every other scalar is text, whatever YAML 1.1 thinks of it.
_StrictLoader.yaml_implicit_resolvers = {}
for _first in ("~", "n", "N", ""):
    _StrictLoader.yaml_implicit_resolvers[_first] = [
        pair
        for pair in yaml.SafeLoader.yaml_implicit_resolvers.get(_first, [])
        if pair[0] == "tag:yaml.org,2002:null"
    ]
_StrictLoader.add_constructor("tag:yaml.org,2002:map", _StrictLoader.construct_yaml_map)


def _explained(error: yaml.YAMLError, path: Path | str, first_line: int) -> ArticleError:
    mark = getattr(error, "problem_mark", None)
    if "unexpected end" in str(getattr(error, "problem", "")):
        mark = getattr(error, "context_mark", None) or mark  # where the open quote stands
    line = first_line + (mark.line if mark is not None else 0)
    if isinstance(error, _Refused):
        return ArticleError(path, line, str(error.problem), error.fix)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", "not valid YAML"))
    if "mapping values are not allowed" in problem:
        return ArticleError(
            path, line, "a value that holds a colon", 'Quote it, as in title: "A: b"'
        )
    if "cannot start any token" in problem:
        character = problem.partition("'")[2].rpartition("'")[0]
        fix = "Indent with spaces" if "t" in character else f"Quote the value with {character}"
        return ArticleError(path, line, "not valid YAML", fix)
    return ArticleError(
        path, line, f"not valid YAML ({problem})", "Quote values that hold a colon or quotes"
    )
