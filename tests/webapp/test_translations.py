"""The interface's words: every one is translated, and the compiled files are up to date."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import webapp

ROOT = Path(webapp.__file__).parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.xml", "jinja2")]
CATALOGS = [ROOT / "translations" / name / "LC_MESSAGES" for name in ("vi", "zh_Hant")]
PLACE = re.compile(r"%\(\w+\)s")


def catalog_of(folder):
    with (folder / "messages.po").open("rb") as file:
        return read_po(file, locale=folder.parent.name)


@pytest.fixture(scope="module")
def used():
    return {message for _, _, message, _, _ in extract_from_dir(ROOT, METHODS)}


@pytest.mark.parametrize("folder", CATALOGS, ids=lambda folder: folder.parent.name)
def test_every_string_is_translated_and_none_is_left_over(folder, used):
    catalog = catalog_of(folder)
    assert {message.id for message in catalog if message.id} == used
    for message in catalog:
        if message.id:
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(texts), message.id
            assert not message.fuzzy, message.id


@pytest.mark.parametrize("folder", CATALOGS, ids=lambda folder: folder.parent.name)
def test_translations_fill_in_the_same_names(folder):
    for message in catalog_of(folder):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id:
            assert set(PLACE.findall(texts[0])) == set(PLACE.findall(ids[-1])), message.id


@pytest.mark.parametrize("folder", CATALOGS, ids=lambda folder: folder.parent.name)
def test_the_compiled_file_is_that_of_the_text_file(folder):
    compiled = io.BytesIO()
    write_mo(compiled, catalog_of(folder))
    assert compiled.getvalue() == (folder / "messages.mo").read_bytes(), "run `make translations`"


def test_chinese_uses_full_width_punctuation_and_the_polite_form():
    for message in catalog_of(CATALOGS[1]):
        text = message.string[0] if isinstance(message.string, tuple) else message.string
        if message.id:
            assert not re.search(r"[一-鿿][,.?!:;]", text), text
            assert "你" not in text, text
