"""`kb search --explain`: an account that people and scripts can read."""

import json

import pytest
from click.testing import CliRunner
from command import answer, run

from kb.cli import cli

ARTICLES = {
    "_defaults.yml": "audience: public\n",
    "en/account/reset.md": "---\ntitle: Reset your password\naliases: [old-reset]\n---\nTap it.\n"
    "\n## On a phone\n\nType a new password.\n",
    "en/account/card.md": "---\ntitle: Renew a card\nsearch:\n  boost: 0.5\n---\nIt is easy.\n",
    "en/account/secret.md": "---\ntitle: Secret password\naudience: internal\n---\nHush.\n",
    "en/account/later.md": "---\ntitle: Later\npublish_at: 2999-01-01T00:00:00Z\n---\nNot yet.\n",
    "en/account/past.md": "---\ntitle: Past\nexpire_at: 2001-01-01T00:00:00Z\n---\nNo more.\n",
    "en/account/draft.md": "---\ntitle: Draft\nstatus: draft\n---\nNot yet.\n",
    "en/account/broken.md": "---\ntitle: [Broken]\n---\nNo.\n",
    "vi/account/only.md": "---\ntitle: Đặt lại mật khẩu\n---\nDùng liên kết.\n",
    "zh-Hant/account/reset.md": "---\ntitle: 重設密碼\n---\n請用連結。\n",
    "fr/account/brouillon.md": "---\ntitle: Brouillon\nstatus: draft\n---\nPas encore.\n",
}
SOURCES = """
[[sources]]
path = "articles"

[[sources]]
name = "manual"
path = "manual"
locale = "vi"
audience = "public"
topic = "manual"
url_prefix = "office"
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with articles and their index; tests only read it."""
    folder = tmp_path_factory.mktemp("site")
    for path, text in ARTICLES.items():
        file = folder / "articles" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    source = folder / "manual" / "onedrive.md"
    source.parent.mkdir()
    source.write_text("---\ntitle: Tệp OneDrive bị mất\n---\nTìm trong thùng rác.\n", "utf-8")
    (folder / "kb.toml").write_text(SOURCES, "utf-8")
    assert run(folder, "index")[0] == 0
    return folder


@pytest.fixture
def told(site, monkeypatch):
    """What `kb search` prints, in this process."""
    monkeypatch.chdir(site)

    def search(*arguments):
        done = CliRunner().invoke(cli, ["search", *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    return search


def test_without_being_asked_nothing_is_explained(site):
    assert "explanation" not in answer(site, "search", "password")


def test_every_hit_is_explained_by_shares_that_add_up(site):
    found = answer(site, "search", "how pasword card", "--explain")
    account = found["explanation"]
    hits = [*found["hits"], *found["relaxed"]]
    assert [each["key"] for each in account["articles"]] == [hit["key"] for hit in hits] != []
    for each, hit in zip(account["articles"], hits, strict=True):
        shares = [*each["words"], *each["extras"]]
        total = sum(share.get("total", share.get("share")) for share in shares)
        assert total == pytest.approx(hit["score"], rel=1e-6)
        assert sum(share["percent"] for share in shares) == pytest.approx(100, abs=0.1)
    words = {word["text"]: word for word in account["read"]["words"]}
    assert words["pasword"]["corrections"] == ["password"]
    assert words["how"]["is_stop"]


def test_a_person_reads_an_aligned_account(site):
    code, text, _ = run(site, "search", "pasword how card", "--explain")
    assert code == 0
    lines = text.splitlines()
    assert "  pasword  no article holds it; also read as password" in lines
    assert "  how      no article holds it; says little and weighs little" in lines
    header = next(line for line in lines if line.split()[:2] == ["word", "title"])
    row = next(line for line in lines if "corrected" in line)
    assert row.index("password (") == header.index("found as")
    assert row.endswith("password (corrected, stem) in title, body")
    assert "    boost × 0.5" in text
    assert "    Does not hold: card" in lines


def test_columns_stand_in_line_under_wide_characters(site):
    _, text, _ = run(site, "search", "重設密碼 reset", "--locale", "zh-Hant", "--explain")
    lines = text.splitlines()
    header = next(line for line in lines if line.split()[:2] == ["word", "title"])
    row = next(line for line in lines if "(in this order) in title" in line)
    wide = sum(ord(char) > 0x2E7F for char in row[: row.index("%")])
    assert row.index("重設 (") == header.index("found as") - wide


@pytest.mark.parametrize(
    ("key", "why"),
    [
        pytest.param("en/reset", "It is number 1 of the results.", id="there"),
        pytest.param("en/card", "It is not found: it holds no word of the query.", id="no words"),
        pytest.param("en/old-reset", "This old address leads to en/reset", id="moved"),
        pytest.param("en/only", "There is vi/only; it is found in its own language", id="locale"),
        pytest.param("en/secret", "It may be internal", id="internal"),
        pytest.param("en/draft", "It may be internal", id="draft"),
        pytest.param("en/nowhere", "It may be internal", id="never existed"),
        pytest.param("\x1b[2J\udcff/x", "It may be internal", id="hostile"),
    ],
)
def test_the_public_is_told_why_an_article_is_not_there_as_far_as_it_may_know(told, key, why):
    text = told("password", "--explain-key", key)
    assert why in text
    assert "Secret" not in text


@pytest.mark.parametrize(
    "name",
    [
        "vi/office/onedrive",
        "office/onedrive",
        "/vi/articles/office/onedrive",
        "https://help.example.com/vi/articles/office/onedrive?x=1#top",
    ],
)
def test_an_article_may_be_named_as_in_the_browser(told, name):
    text = told("onedrive", "--locale", "vi", "--explain-key", name)
    assert "It is number 1 of the results." in text


@pytest.mark.parametrize("name", ["vi/onedrive", "http://[/articles/x"])
def test_who_names_no_article_is_told_how_to_name_one(told, name):
    text = told("onedrive", "--locale", "vi", "--explain-key", name)
    assert "no such article" in text
    assert "Give its whole address, or KEY as the language and all that stands after" in text


@pytest.mark.parametrize(
    ("key", "why"),
    [
        pytest.param("fr/brouillon", "its status is draft", id="locale of drafts"),
        pytest.param("en/secret", "It is internal: customers never find it.", id="internal"),
        pytest.param("en/draft", "its status is draft", id="draft"),
        pytest.param("en/later", "its publish_at is still to come", id="not yet"),
        pytest.param("en/past", "its expire_at is past", id="expired"),
        pytest.param("en/broken", "`kb index` names the files", id="broken"),
        pytest.param("en/nowhere", "no such article for internal readers", id="never existed"),
    ],
)
def test_those_who_may_read_everything_are_told_the_reason(told, key, why):
    assert why in told("password", "--audience", "internal", "--explain-key", key)


def test_a_script_is_told_where_the_article_stands(told):
    def explained(*arguments):
        return json.loads(told(*arguments, "--json"))["explanation"]

    account = explained("password", "--explain-key", "en/card")
    assert [each["standing"] for each in account["articles"]] == ["no_words"]
    assert account["articles"][0]["missing"] == ["password"]
    draft = explained("password", "--audience", "internal", "--explain-key", "en/draft")
    assert (draft["unknown"], draft["unpublished"]) == ("en/draft", "draft")
    public = explained("password", "--explain-key", "en/draft")
    assert (public["unknown"], public["unpublished"]) == ("en/draft", "")
