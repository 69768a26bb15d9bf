"""What the documents say exists: paths, names, links, commands, settings and fields."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from urllib.parse import unquote

import click
import pytest

from kb.cli import COMMANDS, cli
from kb.files.fields import FrontMatter, SearchOptions
from kb.files.foreign_fields import OURS
from kb.settings import CONFIG_VARIABLE, Settings
from kb.settings import names as names_of_settings
from kb.settings_tables import Source

ROOT = Path(__file__).parent.parent
LOCALES = ("en", "vi", "zh-Hant")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
FOR_PROGRAMMERS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *DECISIONS]
MARKDOWN = [
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CHANGELOG.md",
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "articles").rglob("*.md"),
]

CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FENCED = re.compile(r"^(```|~~~).*?^\1\s*$", re.M | re.S)
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
PATH = re.compile(r"\.?[\w.-]+(?:/[\w.-]+)*/?")
ENDINGS = {".py", ".md", ".toml", ".cfg", ".yml", ".html", ".css", ".js", ".json", ".png", ".txt"}
MADE_BY_RUNNING = ("var/", ".venv/")
NAMES_WITHOUT_A_PLACE = {"manifest.json", "kb.toml", "_topic.yml", "_defaults.yml"}
DOTTED = re.compile(r"(?:kb|indexer|webapp)(?:\.\w+)+")
TARGET = re.compile(r"^([a-z][a-z0-9_-]*):(?!=)(.*)$", re.M)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose_of(path: Path) -> str:
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def article(locale: str, name: str) -> str:
    return (ROOT / "articles" / locale / f"{name}.md").read_text(encoding="utf-8")


def rows_of(text: str) -> dict[str, list[str]]:
    """Return the table rows that begin with code, by that code, as the cells after it."""
    found = {}
    for line, following in pairwise([*text.splitlines(), ""]):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `") and not following.startswith("| ---"):
            found[cells[0].strip("`")] = cells[1:]
    return found


def is_path(text: str) -> bool:
    if not PATH.fullmatch(text) or text.startswith(MADE_BY_RUNNING):
        return False
    return "/" in text or Path(text).suffix in ENDINGS


def paths_named(text: str) -> Iterator[str]:
    """Yield the paths that a text names; a file's name alone lies in the folder named before it."""
    for line in text.splitlines():
        folder = ""
        for named in filter(is_path, CODE.findall(line)):
            if named.endswith("/"):
                folder = named
            yield named if "/" in named or not (ROOT / folder / named).exists() else folder + named


@pytest.mark.parametrize("document", FOR_PROGRAMMERS, ids=name_of)
def test_every_path_that_is_named_exists(document):
    named = set(paths_named(prose_of(document)))
    assert not {text for text in named - NAMES_WITHOUT_A_PLACE if not (ROOT / text).exists()}


@pytest.mark.parametrize("document", FOR_PROGRAMMERS, ids=name_of)
def test_every_module_class_and_function_that_is_named_exists(document):
    for text in CODE.findall(prose_of(document)):
        name = text.removesuffix("()")
        if DOTTED.fullmatch(name) and not is_path(name):
            resolve_name(name)


@pytest.mark.parametrize("document", MARKDOWN, ids=name_of)
def test_relative_links_lead_to_files(document):
    for target in LINK.findall(CODE.sub("", prose_of(document))):
        path = unquote(target.partition("#")[0])
        if path and not re.match(r"[a-z]+:", path):
            assert (document.parent / path).exists(), target


def test_the_architecture_is_short_and_names_every_folder():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert text.count("\n") <= 240
    for folder in ("articles/", "kb/", "kb/cli/", "indexer/", "webapp/", "tests/"):
        assert f"## `{folder}`" in text


def test_the_architecture_says_which_question_each_module_and_package_answers():
    modules = {
        name_of(path)
        for package in ("kb", "indexer", "webapp")
        for path in (ROOT / package).glob("*.py")
        if not path.stem.startswith("__")
    }
    modules |= {f"{name_of(path.parent)}/" for path in ROOT.glob("kb/*/__init__.py")}
    assert not modules - set(CODE.findall((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", DECISIONS, ids=name_of)
def test_a_decision_has_its_three_parts_and_fits_on_a_page(document):
    text = document.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.M) == ["Context", "Decision", "Consequences"]
    assert len(text.split()) <= 500


def test_decisions_are_numbered_without_gaps():
    numbers = [int(document.name[:4]) for document in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


def options_of(command: click.Command) -> set[str]:
    """Return the options of a command and of the commands in it, such as `kb user add`."""
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    own = {
        max(parameter.opts, key=len)
        for parameter in command.params
        if isinstance(parameter, click.Option)
    }
    return own.union(*map(options_of, inner))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_command_is_documented_with_its_options(locale):
    text = article(locale, "operating/command-line")
    rows = {name.split()[1]: cells for name, cells in rows_of(text).items() if "kb " in name}
    assert set(rows) == set(COMMANDS)
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        documented = set(re.findall(r"--[a-z-]+", rows[name][1]))
        assert documented == options_of(command) - {"--json"}, name
    for option in options_of(cli):
        assert option in text


@pytest.mark.parametrize("locale", LOCALES)
def test_the_commands_that_print_json_are_listed(locale):
    line = next(
        line
        for line in article(locale, "operating/command-line").splitlines()
        if "`--json`" in line and "`schema`" in line
    )
    listed = set(CODE.findall(line)) & COMMANDS.keys() - {"schema"}
    assert listed == {
        name
        for name in COMMANDS
        if "--json" in options_of(cli.get_command(click.Context(cli), name))
    }


def default_of(setting: str) -> Any:
    value: Any = Settings()
    for name in setting.split("."):
        value = getattr(value, name)
    return value


@pytest.mark.parametrize("locale", LOCALES)
def test_every_setting_is_documented_with_its_variable_and_default(locale):
    text = article(locale, "operating/configure")
    rows = {name: cells for name, cells in rows_of(text).items() if len(cells) == 3}
    assert set(rows) == set(names_of_settings())
    for name, (variable, default, _) in rows.items():
        assert variable == f"`KB_{name.replace('.', '_').upper()}`"
        value = default_of(name)
        if value not in ("", ()):
            shown = ", ".join(value) if isinstance(value, tuple) else str(value)
            shown = shown.lower() if isinstance(value, bool) else shown
            assert default == f"`{shown}`"
    assert CONFIG_VARIABLE in text


@pytest.mark.parametrize("locale", LOCALES)
def test_every_placeholder_of_an_address_is_documented(locale):
    links = ast.parse((ROOT / "webapp" / "links.py").read_text(encoding="utf-8"))
    placeholders = {
        node.value
        for node in ast.walk(links)
        if isinstance(node, ast.Constant) and re.fullmatch(r"\{\w+\}", str(node.value))
    }
    assert placeholders == {"{query}", "{path}", "{source}", "{text}"}
    text = article(locale, "operating/configure")
    assert set(re.findall(r"\{\w+\}", text)) == placeholders


@pytest.mark.parametrize("locale", LOCALES)
def test_every_key_of_a_source_is_documented(locale):
    rows = rows_of(article(locale, "operating/index-other-repositories"))
    assert set(rows) == set(Source.model_fields)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_front_matter_field_is_documented(locale):
    rows = rows_of(article(locale, "writing/front-matter-reference"))
    plain = set(FrontMatter.model_fields) - {"search"}
    assert set(rows) == plain | {f"search.{name}" for name in SearchOptions.model_fields}


def test_the_fields_that_are_ours_are_those_of_the_model():
    assert set(OURS) == set(FrontMatter.model_fields)


def targets_of_the_makefile() -> dict[str, str]:
    return dict(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


def test_every_make_target_explains_itself():
    targets = targets_of_the_makefile()
    assert {"help", "run", "test"} <= targets.keys()
    assert not [name for name, rest in targets.items() if not re.search(r"## \w", rest)]


@pytest.mark.parametrize("document", MARKDOWN, ids=name_of)
def test_make_targets_that_are_named_exist(document):
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z][a-z0-9-]*)", text, re.M))
    assert named <= targets_of_the_makefile().keys()
