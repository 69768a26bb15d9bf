"""From folders of files to articles: nothing escapes its folder, and no file stops the others."""

import os
import unicodedata
from pathlib import Path

import pytest

from kb.errors import ArticleError, SettingsError
from kb.files import library
from kb.files.frontmatter import MAX_FILE_BYTES
from kb.files.library import Defaults, Loaded, SourceFile
from kb.settings_tables import Source

GOOD = "---\ntitle: How do I log in?\n---\nBody.\n"


def put(root: Path, path: str, text: str = GOOD) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def source(root: Path, **more: object) -> Source:
    return Source.model_validate({"name": "docs", "path": root, **more})


def load(path: str, text: str = GOOD, defaults: Defaults | None = None, **more: object) -> Loaded:
    file = SourceFile(source(Path("/docs"), **more), path, Path("/docs") / path)
    return library.load(file, text.encode(), defaults or Defaults())


def test_markdown_files_are_found_in_order_and_hidden_ones_left_out(tmp_path):
    for path in ("en/b.md", "en/a.md", "vi/x/y.md", "en/_c.md", "en/.d.md", "_x/e.md", ".g/f.md"):
        put(tmp_path, path)
    put(tmp_path, "en/a.txt")
    found = library.scan([source(tmp_path)])
    assert [file.path for file in found.files] == ["en/a.md", "en/b.md", "vi/x/y.md"]
    assert found.problems == []


def test_a_missing_folder_is_a_wrong_setting(tmp_path):
    with pytest.raises(SettingsError, match="there is no folder"):
        library.scan([source(tmp_path / "no")])


def test_symbolic_links_are_refused_and_the_rest_goes_on(tmp_path):
    outside = put(tmp_path, "secret/en/s.md")
    root = tmp_path / "docs"
    put(root, "en/a.md")
    (root / "en/link.md").symlink_to(outside)
    (root / "en/gone.md").symlink_to(tmp_path / "nowhere")
    (root / "vi").symlink_to(outside.parent, target_is_directory=True)
    found = library.scan([source(root)])
    assert [file.path for file in found.files] == ["en/a.md"]
    assert [problem.path for problem in found.problems] == ["en/gone.md", "en/link.md", "vi"]


def test_a_file_that_became_a_link_is_not_read(tmp_path):
    root = tmp_path / "docs"
    file = put(root, "en/a.md")
    (found,) = library.scan([source(root)]).files
    file.unlink()
    file.symlink_to(put(tmp_path, "secret.md"))
    with pytest.raises(ArticleError, match="outside"):
        found.read()
    file.unlink()
    file.symlink_to(put(root, "en/b.md"))
    with pytest.raises(ArticleError, match="cannot be read"):
        found.read()


@pytest.mark.parametrize("path", ["../secret.md", "en/../../secret.md"])
def test_no_path_leads_out_of_the_root(tmp_path, path):
    put(tmp_path, "secret.md")
    put(tmp_path, "docs/en/a.md")
    root = tmp_path / "docs"
    with pytest.raises(ArticleError, match="outside"):
        SourceFile(source(root), path, root / path).read()


def test_a_pipe_is_not_waited_for(tmp_path):
    (tmp_path / "en").mkdir()
    os.mkfifo(tmp_path / "en/a.md")
    (file,) = library.scan([source(tmp_path)]).files
    with pytest.raises(ArticleError, match="not a regular file"):
        file.read()


def test_a_file_over_the_limit_is_refused(tmp_path):
    put(tmp_path, "en/a.md", "x" * (MAX_FILE_BYTES + 1))
    (file,) = library.scan([source(tmp_path)]).files
    with pytest.raises(ArticleError, match="1 MiB"):
        file.read()


def test_a_file_name_that_is_not_utf8_is_reported(tmp_path):
    (tmp_path / "en").mkdir()
    with open(os.fsencode(tmp_path) + b"/en/\xff.md", "wb"):
        pass
    (problem,) = library.scan([source(tmp_path)]).problems
    assert "not UTF-8" in str(problem)
    str(problem).encode()


def test_identity_follows_from_the_path():
    article = load("zh-TW/billing/cards/Refund Policy.md").article
    assert (article.locale, article.topic, article.slug) == ("zh-Hant", "billing", "refund-policy")
    assert article.key == "zh-Hant/refund-policy"
    assert article.translation_key == "billing/cards/Refund Policy"
    assert (article.path, article.source) == ("zh-TW/billing/cards/Refund Policy.md", "docs")


@pytest.mark.parametrize(
    ("path", "more", "slug", "topic"),
    [
        ("en/a.md", {}, "a", ""),
        ("en/x/index.md", {}, "x", "x"),
        ("en/x/y/README.md", {}, "y", "x"),
        ("en/index.md", {}, "index", ""),
        ("x/y/z.md", {"locale": "en"}, "z", "x"),
        ("x/y/Z.md", {"locale": "en", "url_prefix": "ms/docs"}, "ms/docs/x/y/z", "x"),
        ("en/x/y.md", {"url_prefix": "p"}, "p/x/y", "x"),
        ("en/x/y.md", {"topic": "Billing"}, "y", "billing"),
        (unicodedata.normalize("NFD", "vi/đặt-lại.md"), {}, "đặt-lại", ""),
        ("zh-Hant/重設密碼.md", {}, "重設密碼", ""),
    ],
)
def test_slug_and_topic(path, more, slug, topic):
    article = load(path, **more).article
    assert (article.slug, article.topic) == (slug, topic)


@pytest.mark.parametrize("slug", ["../x", "a/../b", "a//b", "a/./b", "'///'", "'!!!'", "x" * 301])
def test_a_slug_that_is_no_address_is_refused(slug):
    with pytest.raises(ArticleError, match="slug") as caught:
        load("en/a.md", f"---\ntitle: T\nslug: {slug}\n---\n")
    assert caught.value.line == 3


@pytest.mark.parametrize("path", ["a.md", "articles/a.md"])
def test_a_file_outside_of_a_locales_folder_needs_a_locale(path):
    with pytest.raises(ArticleError, match="no locale"):
        load(path)
    assert load(path, "---\ntitle: T\nlocale: vi\n---\n").article.locale == "vi"


def test_bytes_that_are_no_text_are_reported_with_their_line():
    file = SourceFile(source(Path("/docs")), "en/a.md", Path("/docs/en/a.md"))
    with pytest.raises(ArticleError, match="not UTF-8") as caught:
        library.load(file, b"---\ntitle: x\n---\n\xff", Defaults())
    assert caught.value.line == 4


def test_a_byte_order_mark_does_not_hide_the_audience():
    text = "\ufeff---\r\ntitle: T\r\naudience: internal\r\n---\r\nx"
    assert load("en/a.md", text, audience="public").article.audience == "internal"


def test_without_front_matter_only_a_configured_source_finds_a_title():
    text = "```\n# no\n```\n\n# <a name='x'></a>How **to** [go](y.md)\n\nText"
    assert load("a.md", text, locale="en", audience="public").article.title == "How to go"
    assert load("a.md", "Title\n===\n", locale="en", audience="public").article.title == "Title"
    with pytest.raises(ArticleError, match="no front matter"):
        load("en/a.md", text)
    with pytest.raises(ArticleError, match="no title and no heading"):
        load("a.md", "text", locale="en", audience="public")


def test_defaults_are_inherited_and_the_nearest_wins(tmp_path):
    put(tmp_path, "_defaults.yml", "audience: public\nowner: all\n")
    put(tmp_path, "en/team/_defaults.yml", "audience: internal\nverify_every: 30\n")
    put(tmp_path, "en/a.md")
    put(tmp_path, "en/team/b.md")
    found = library.scan([source(tmp_path)])
    articles = []
    for file in found.files:
        assert found.defaults_for(file) == library.defaults_for(file)
        articles.append(library.load(file, file.read(), found.defaults_for(file)).article)
    assert [(a.audience, a.owner, a.verify_every) for a in articles] == [
        ("public", "all", 180),
        ("internal", "all", 30),
    ]
    first, second = (found.defaults_for(file).digest for file in found.files)
    assert first != second


@pytest.mark.parametrize("broken", ["audience: [", "audience: Public", "a: 1\na: 2", "title: x"])
def test_below_broken_defaults_only_the_files_own_word_makes_it_public(tmp_path, broken):
    put(tmp_path, "_defaults.yml", "audience: public\n")
    put(tmp_path, "en/_defaults.yml", broken)
    put(tmp_path, "en/a.md")
    put(tmp_path, "en/b.md", "---\ntitle: T\naudience: public\n---\n")
    put(tmp_path, "vi/c.md")
    found = library.scan([source(tmp_path, audience="public")])
    assert [problem.path for problem in found.problems] == ["en/_defaults.yml"]
    audiences = [
        library.load(file, file.read(), found.defaults_for(file)).article.audience
        for file in found.files
    ]
    assert audiences == ["internal", "public", "public"]


def test_defaults_that_are_a_link_are_broken(tmp_path):
    root = tmp_path / "docs"
    put(root, "en/a.md")
    (root / "_defaults.yml").symlink_to(put(tmp_path, "d.yml", "audience: public\n"))
    found = library.scan([source(root)])
    assert [problem.path for problem in found.problems] == ["_defaults.yml"]
    assert found.defaults_for(found.files[0]).broken


def test_topics_say_what_they_are_called(tmp_path):
    put(tmp_path, "en/billing/_topic.yml", "title: Billing\ndescription: Cards\norder: 2\n")
    put(tmp_path, "vi/billing/_topic.yml", "title: Thanh toán\n")
    put(tmp_path, "vi/x/_topic.yml", "order: first\ntitle: x\n")
    put(tmp_path, "vi/y/_topic.yml", "titel: x\n")
    problems: list[ArticleError] = []
    topics = library.load_topics([source(tmp_path)], problems)
    assert topics["en"]["billing"] == library.TopicInfo("Billing", "Cards", 2)
    assert topics["vi"] == {"billing": library.TopicInfo("Thanh toán")}
    assert [str(problem).split(": ")[0] for problem in problems] == [
        "vi/x/_topic.yml:1",
        "vi/y/_topic.yml:1",
    ]


def test_of_two_sources_that_name_a_topic_the_first_counts_and_a_link_is_reported(tmp_path):
    put(tmp_path, "b/en/x/_topic.yml", "title: First\n")
    put(tmp_path, "a/en/x/_topic.yml", "title: Second\n")
    put(tmp_path, "a/en/_topic.yml/c.md", "not in a folder that begins with _\n")
    (tmp_path / "a/en/y").mkdir()
    (tmp_path / "a/en/y/_topic.yml").symlink_to(tmp_path / "b/en/x/_topic.yml")
    found = library.scan([source(tmp_path / "b", name="b"), source(tmp_path / "a", name="a")])
    assert library.topics_of(found, [])["en"]["x"].title == "First"
    assert [str(problem) for problem in found.problems] == [
        "en/y/_topic.yml:1: a symbolic link. Put the file itself here."
    ]
    assert found.files == []
