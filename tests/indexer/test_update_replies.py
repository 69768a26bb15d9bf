"""A canned reply is in no index that the public can reach, and agents find it like an article."""

import pytest
from article_folder import BROKEN, article, messages

from indexer.manifest import walk
from kb.rendering.quoting import quote
from kb.search import Query

pytestmark = pytest.mark.usefixtures("shared_pool")

BODY = """Dear {{ customer.first_name | 'customer' }}, the zorblatt is on its way.

| case | by |
| --- | --- |
| {{ conversation.id }} | {{ agent.name | 'the zorblatt team' }} |
"""


def public_bytes(folder):
    paths = [path for path, _ in walk(folder.current) if path.startswith("public/")]
    return b"".join(path.encode() + (folder.current / path).read_bytes() for path in paths)


def test_a_reply_that_says_it_is_public_reaches_agents_only(folder):
    folder.put("_defaults.yml", "audience: public\n")
    folder.put("en/open/a.md", article("Parcels", "Where is my parcel? See [it](zorblatt.md)."))
    fields = {"type": "reply", "questions": "[zorblatt late]", "aliases": "[old-zorblatt]"}
    folder.put("en/open/zorblatt.md", article("Zorblatt title", BODY, **fields))
    folder.put("en/open/quiet.md", article("Zorblatt too", BODY, audience=None, type="reply"))
    report = folder.update()
    assert sorted(report.warnings) == [
        "en/open/a.md:1: the link zorblatt.md leads to nothing that its readers can open",
        "en/open/zorblatt.md:3: a reply is never public. Leave audience out",
    ]
    assert b"zorblatt" not in public_bytes(folder).lower()
    assert folder.keys() == {"en/a"}
    assert folder.found("zorblatt") == set()
    assert folder.found("zorblatt", audience="internal") >= {"en/zorblatt", "en/quiet"}
    found = folder.engine().search(Query("zorblatt parcel", "en"), audience="internal")
    kinds = {hit.key: (hit.kind, hit.audience) for hit in (*found.hits, *found.relaxed)}
    assert kinds["en/zorblatt"] == ("reply", "internal")
    assert kinds["en/a"] == ("article", "public")


def test_a_reply_is_stored_with_its_placeholders_and_copied_with_values(folder):
    folder.put("en/open/r.md", article("R", BODY, audience=None, type="reply"))
    folder.update()
    page = folder.engine().page("en/r", audience="internal")
    assert page is not None
    assert page.summary.kind == "reply"
    copied = quote(page, base_url="https://help.example", values={"conversation.id": "7 | 8"})
    assert copied.text.endswith("case | by\n7 | 8 | the zorblatt team")
    assert (copied.missing, copied.url) == ((), None)


def test_an_article_that_turns_into_a_reply_leaves_the_public_index(folder):
    folder.put("en/open/a.md", article("Zorblatt", BODY))
    folder.put("en/open/b.md", article("Other", "Text."))
    folder.update()
    assert folder.keys() == {"en/a", "en/b"}
    folder.put("en/open/a.md", article("Zorblatt", BODY, type="reply"))
    folder.update()
    assert folder.keys() == {"en/b"}
    assert folder.found("zorblatt") == set()
    assert folder.engine().complete("zorb", locale="en", audience="public") == ()
    # The same text is a page of its own as a reply: its placeholders are no cells of a table.
    assert folder.html("en/a", "internal").count("<td>") == 2


@pytest.mark.parametrize("where", ["file", "folder"])
def test_a_broken_file_that_is_meant_to_be_a_reply_does_not_stay_public(folder, where):
    folder.put("en/open/a.md", article("Zorblatt", BODY))
    folder.update()
    if where == "file":
        folder.put("en/open/a.md", BROKEN.replace("title:", "type: reply\ntitle:"))
    else:
        folder.put("en/open/a.md", BROKEN)
        folder.put("en/open/_defaults.yml", "type: reply\n")
    assert len(folder.update().problems) == 1
    assert folder.keys() == set()


def test_a_wrong_placeholder_is_told_at_its_line(folder):
    text = article("R", "Dear {{ first name }},\n\n{{ customer.name", audience=None, type="reply")
    folder.put("en/open/r.md", text)
    report = folder.update()
    assert messages(report) == []
    assert [warning.partition(" is not")[0] for warning in report.warnings] == [
        "en/open/r.md:5: {{ first name }}",
        "en/open/r.md:7: {{ customer.name",
    ]
    folder.put("en/open/r.md", text.replace("type: reply\n", ""))
    assert folder.update().warnings == []
