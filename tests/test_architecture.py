"""Which package may import which, and how large things may grow. The folders keep their meaning
only as long as this holds."""

import ast
import re
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("kb", "indexer", "webapp")
FORBIDDEN = {
    "kb": {"indexer", "webapp", "whoosh", "flask", "werkzeug", "jinja2"},
    "indexer": {"webapp", "flask", "werkzeug", "jinja2"},
    "webapp": {"whoosh", "yaml", "markdown", "nh3"},
}
# Above all packages: what is forbidden to the others they may import, inside a function.
COMMAND_LINE = "kb/cli/"
FACTORY = "webapp/__init__.py"
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 60

SOURCES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}
every_module = pytest.mark.parametrize("name", SOURCES)


class Import(NamedTuple):
    """One imported name.

    module  dotted name of the module, or of what is taken out of it
    when    "import time", "call" inside a function, or "never" for type checkers only
    """

    module: str
    when: str

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]


def imports_of(tree: ast.AST, when: str = "import time") -> Iterator[Import]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, when) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "imports name their package"
            assert not node.level, "imports name their package"
            yield from (Import(f"{node.module}.{alias.name}", when) for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imports_of(node, "call" if when == "import time" else when)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from imports_of(node, "never")
        else:
            yield from imports_of(node, when)


def forbidden_to(name: str) -> set[str]:
    return FORBIDDEN[name.partition("/")[0]]


def module_of(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@every_module
def test_imports_point_towards_kb(name):
    if name.startswith(COMMAND_LINE):
        found = {each.module for each in imports_of(SOURCES[name]) if each.when == "import time"}
        assert not {module for module in found if module.partition(".")[0] in forbidden_to(name)}
    else:
        assert not forbidden_to(name) & {each.package for each in imports_of(SOURCES[name])}


def test_only_the_indexer_imports_whoosh_and_only_the_webapp_flask():
    users = {
        package: {
            name.partition("/")[0]
            for name, tree in SOURCES.items()
            if package in {each.package for each in imports_of(tree)}
        }
        for package in ("whoosh", "flask")
    }
    assert users == {"whoosh": {"indexer"}, "flask": {"webapp"}}


def test_only_create_app_chooses_an_engine():
    found = {
        (name, each.when)
        for name, tree in SOURCES.items()
        if name.startswith("webapp/")
        for each in imports_of(tree)
        if each.package == "indexer"
    }
    assert found == {(FACTORY, "call")}


def test_nothing_below_imports_the_command_line():
    users = {
        name
        for name, tree in SOURCES.items()
        if not name.startswith(COMMAND_LINE)
        and any(each.module.startswith("kb.cli") for each in imports_of(tree))
    }
    assert users == {"kb/__main__.py"}


def test_no_modules_import_each_other_in_a_circle():
    modules = {module_of(name): tree for name, tree in SOURCES.items()}
    needs = {
        module: {
            each.module if each.module in modules else each.module.rpartition(".")[0]
            for each in imports_of(tree)
            if each.when == "import time"
        }
        for module, tree in modules.items()
    }
    while free := {module for module, needed in needs.items() if not needed & needs.keys()}:
        needs = {module: needed for module, needed in needs.items() if module not in free}
    assert not needs, "these, or what they import, import each other"


@every_module
def test_a_module_opens_by_saying_what_it_is_for(name):
    docstring = ast.get_docstring(SOURCES[name])
    assert docstring
    assert docstring.splitlines()[0].endswith((".", ":"))


@every_module
def test_a_module_can_be_read_in_one_sitting(name):
    lines = (ROOT / name).read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES_OF_A_MODULE


@every_module
def test_a_function_fits_on_a_screen(name):
    too_long = [
        node.name
        for node in ast.walk(SOURCES[name])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]
    assert not too_long


def test_one_module_of_the_webapp_says_whose_articles_it_serves():
    places = {
        name
        for name, tree in SOURCES.items()
        if name.startswith("webapp/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in ("public", "internal")
    }
    assert places == {"webapp/site.py"}


# What staff, a program with a token, a signed chat tool and a writer on their own machine get; all
# else is the same for everybody.
NOT_FOR_EVERYBODY = {
    "webapp/api.py",
    "webapp/asking.py",
    "webapp/chat_replies.py",
    "webapp/chat_tools.py",
    "webapp/console.py",
    "webapp/due.py",
    "webapp/preview.py",
    "webapp/preview_search.py",
    "webapp/recording.py",
    "webapp/reporting.py",
}


def test_the_pages_for_everybody_read_for_the_public_only():
    """`audience=` is given by name; the modules that may pass another than AUDIENCE are listed."""
    given = {
        (name, ast.unparse(keyword.value))
        for name, tree in SOURCES.items()
        if name.startswith("webapp/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "audience"
    }
    assert ("webapp/help_center.py", "AUDIENCE") in given
    assert {name for name, value in given if value != "AUDIENCE"} <= NOT_FOR_EVERYBODY


def test_everything_imported_is_declared_at_one_version():
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = config["options.extras_require"]["semantic"]
    declared = f"{config['options']['install_requires']}\n{extras}".split("\n")
    pins = dict(line.split(" == ") for line in declared if line)
    known = {plain(name) for name in pins}
    distributions = packages_distributions()
    imported = {
        each.package
        for tree in SOURCES.values()
        for each in imports_of(tree)
        if each.package not in sys.stdlib_module_names and each.package not in PACKAGES
    }
    undeclared = {
        package
        for package in imported
        # An extra that is not installed is taken by the name of its package.
        if not known & {plain(name) for name in distributions.get(package, (package,))}
    }
    assert not undeclared


def plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_no_two_test_files_have_one_name():
    """Their folders are no packages, so pytest could not import the second one."""
    names = [file.name for file in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))
