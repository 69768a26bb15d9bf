"""Begin a repository of articles: what is in it, and where each file comes from.

Nothing that is there is ever overwritten, so that `kb init --force` can be run again after an
update to get what is new.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from kb.errors import KnowledgeBaseError
from kb.files.fields import json_schema
from kb.git import ask, run
from kb.writing.beginning import owner_by_git
from kb.writing.editing import scalar
from kb.writing.templates import nearest, template

TOPIC = "using-this-site"
HOOKS = "hooks"
BRANCH = "main"
_SCHEMA = ".vscode/article.schema.json"
_EXECUTABLE = f"{HOOKS}/pre-commit"
_MOST_NAMED = 5
# File of the repository -> template.
_FILES = {
    "kb.toml": "kb.toml",
    ".gitignore": "gitignore",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    _EXECUTABLE: "pre-commit",
    ".github/workflows/articles.yml": "github.yml",
    ".gitlab-ci.yml": "gitlab-ci.yml",
    ".vscode/settings.json": "vscode-settings.json",
    ".vscode/extensions.json": "vscode-extensions.json",
    ".vscode/articles.code-snippets": "articles.code-snippets",
    "articles/_defaults.yml": "defaults.yml",
}
# The same for each language; @ stands for its tag.
_FILES_OF_LOCALE = {
    f"articles/@/{TOPIC}/_topic.yml": "topic.@.yml",
    f"articles/@/{TOPIC}/find-an-answer.md": "find-an-answer.@.md",
    "articles/_synonyms/@.txt": "synonyms.@.txt",
    "articles/_questions/@.yml": "questions.@.yml",
}


@dataclass(frozen=True, slots=True)
class Started:
    """What a beginning made; paths are relative to the folder, in their order."""

    made: tuple[str, ...]
    kept: tuple[str, ...]
    is_new_repository: bool


def start(
    folder: Path, locales: Sequence[str], *, name: str, today: date, force: bool = False
) -> Started:
    """Make a repository of articles in `folder`; the first locale is the default one.

    Raises KnowledgeBaseError where a file is there already, unless `force` leaves it as it is.
    """
    if folder.exists() and not folder.is_dir():
        raise KnowledgeBaseError(f"{folder} is a file; name a folder")
    contents = _contents(locales, _values(folder, locales, name, today))
    there = tuple(path for path in contents if os.path.lexists(folder / path))
    if there and not force:
        named = ", ".join(there[:_MOST_NAMED])
        more = f" and {len(there) - _MOST_NAMED} more" if len(there) > _MOST_NAMED else ""
        raise KnowledgeBaseError(
            f"{folder} has {named}{more} already. Choose another folder, or add only what is "
            "missing with --force"
        )
    made = tuple(path for path in contents if path not in there)
    for path in made:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(contents[path])
        if path == _EXECUTABLE:
            file.chmod(0o755)
    return Started(made, there, _with_repository(folder))


def _values(folder: Path, locales: Sequence[str], name: str, today: date) -> dict[str, str]:
    """Return what fills the gaps of the templates, written as the files need it."""
    asked = next((each for each in (folder, *folder.absolute().parents) if each.is_dir()), folder)
    owner = owner_by_git(asked) or "support-team"
    quoted = orjson.dumps(name).decode()
    return {
        "NAME": quoted[1:-1],
        "DEFAULT_LOCALE": locales[0],
        "LOCALES": ", ".join(f'"{locale}"' for locale in locales),
        "OWNER": scalar(owner),
        "TODAY": today.isoformat(),
    }


def _contents(locales: Sequence[str], values: Mapping[str, str]) -> dict[str, str]:
    """Return the text of each file of the repository."""
    contents = {path: template(f"repository/{name}", values) for path, name in _FILES.items()}
    readme = template(f"repository/README.{nearest(locales[0])}.md", values)
    contents["README.md"] = readme
    for locale in locales:
        for path, name in _FILES_OF_LOCALE.items():
            source = f"repository/{name.replace('@', nearest(locale))}"
            contents[path.replace("@", locale)] = template(source, values)
    schema = json_schema()
    # It is for completion, in defaults too, which have no title; `kb lint` misses what is missing.
    schema.pop("required", None)
    contents[_SCHEMA] = orjson.dumps(schema, option=orjson.OPT_INDENT_2).decode() + "\n"
    return contents


def _with_repository(folder: Path) -> bool:
    """Make the folder a git repository that checks commits, unless it lies in one."""
    if ask(folder, "rev-parse", "--git-dir") is not None or ask(folder, "--version") is None:
        return False
    run(folder, "init", "--quiet", "-b", BRANCH)
    run(folder, "config", "core.hooksPath", HOOKS)
    return True
