"""The fields: ours checked strictly, foreign spellings understood, audience failing closed."""

from datetime import UTC, date, datetime

import pytest

from kb.errors import ArticleError
from kb.files.fields import FrontMatter, check_defaults, json_schema, read_fields

HERE = "en/a.md"


def fields(values, lines=None, **more):
    return read_fields({"title": "T", **values}, HERE, lines or {}, **more)


def test_every_field_of_ours_is_read():
    read, warnings, updated = fields(
        {
            "description": "D",
            "questions": ["one?", " two? ", "one?"],
            "tags": "a, b",
            "topic": "billing",
            "slug": "x",
            "locale": "zh_TW",
            "audience": "public",
            "type": "article",
            "status": "archived",
            "publish_at": "2026-01-02",
            "expire_at": "2026-02-03T10:00:00+07:00",
            "owner": "An",
            "verified_on": "2026-11-01",
            "verify_every": "30",
            "aliases": "old",
            "translation_key": "k",
            "source_commit": "abc",
            "search": {"boost": "1.5", "exclude": "yes"},
        }
    )
    assert (warnings, updated) == ((), None)
    assert read.questions == ("one?", "two?")
    assert (read.tags, read.aliases, read.locale) == (("a", "b"), ("old",), "zh-Hant")
    assert read.publish_at == datetime(2026, 1, 2, tzinfo=UTC)
    assert read.expire_at == datetime(2026, 2, 3, 3, tzinfo=UTC)
    assert (read.verified_on, read.verify_every) == (date(2026, 11, 1), 30)
    assert (read.search.boost, read.search.exclude) == (1.5, True)


def test_empty_values_are_as_if_not_given():
    empty = dict.fromkeys(FrontMatter.model_fields, None)
    assert fields({**empty, "title": "T"})[0] == FrontMatter(title="T")


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        ({"redirect_from": ["/a", "/b"]}, "aliases", ("/a", "/b")),
        ({"permalink": "/a"}, "aliases", ("/a",)),
        ({"publishDate": "2026-01-01"}, "publish_at", datetime(2026, 1, 1, tzinfo=UTC)),
        (
            {"pubdate": "2026-01-01 08:00:00 +0000"},
            "publish_at",
            datetime(2026, 1, 1, 8, tzinfo=UTC),
        ),
        ({"expiryDate": "2026-01-01"}, "expire_at", datetime(2026, 1, 1, tzinfo=UTC)),
        ({"unpublishdate": "2026-01-01"}, "expire_at", datetime(2026, 1, 1, tzinfo=UTC)),
        ({"keywords": "a, b"}, "tags", ("a", "b")),
        ({"keywords": "a", "tags": ["z"]}, "tags", ("z",)),
        ({"lang": "vi"}, "locale", "vi"),
        ({"ms.author": "me"}, "owner", "me"),
        ({"ms.author": "me", "owner": "you"}, "owner", "you"),
        ({"verified": "2026-01-01"}, "verified_on", date(2026, 1, 1)),
        ({"translationKey": "k"}, "translation_key", "k"),
        ({"draft": "true"}, "status", "draft"),
        ({"draft": "maybe"}, "status", "draft"),
        ({"draft": "false"}, "status", "published"),
        ({"published": "no"}, "status", "draft"),
        ({"Description": "d"}, "description", "d"),
    ],
)
def test_spellings_of_other_generators_are_understood(values, name, expected):
    read, warnings, _ = fields(values)
    assert getattr(read, name) == expected
    assert warnings == ()


@pytest.mark.parametrize(
    ("values", "day"),
    [
        ({"ms.date": "10/30/2023"}, date(2023, 10, 30)),
        ({"ms.date": "2023-10-30"}, date(2023, 10, 30)),
        ({"lastmod": "2023-10-30T10:00:00Z"}, date(2023, 10, 30)),
        ({"last_update": {"date": "2023-10-30"}}, date(2023, 10, 30)),
        ({"ms.date": "99/99/2023"}, None),
        ({"ms.date": ["x"]}, None),
    ],
)
def test_the_authors_own_date_is_read_leniently(values, day):
    assert fields(values)[2] == day


def test_an_unknown_field_is_a_warning_with_the_nearest_name():
    _, warnings, _ = fields({"decription": "x", "ms.custom": "y"}, {"decription": 7})
    assert warnings == (f"{HERE}:7: unknown field decription; did you mean description?",)


@pytest.mark.parametrize(
    ("given", "source", "audience", "doubts"),
    [
        ("public", None, "public", 0),
        ("public", "internal", "public", 0),
        ("internal", "public", "internal", 0),
        (None, None, "internal", 0),
        (None, "public", "public", 0),
        ("Public", None, "internal", 1),
        ("PUBLIC ", None, "internal", 1),
        ("pubic", None, "internal", 1),
        ("ITPro", None, "internal", 1),
        ("ITPro", "public", "public", 1),
        ("ITPro", "internal", "internal", 1),
        ("Internal", "public", "internal", 1),
        ("intern al", "public", "internal", 1),
        (["internal"], "public", "internal", 1),
        (["Admin", "ITPro"], "public", "public", 1),
        ({"x": "y"}, "public", "internal", 1),
        (["public"], None, "internal", 1),
    ],
)
def test_audience_fails_closed(given, source, audience, doubts):
    read, warnings, _ = fields({"audience": given}, source_audience=source)
    assert (read.audience, len(warnings)) == (audience, doubts)


@pytest.mark.parametrize("key", ["Audience", "AUDIENCE", "audiance", "audence"])
def test_a_misspelt_audience_can_only_hide(key):
    for more in ({}, {"audience": "public"}):
        read, _, _ = fields({**more, key: "internal"}, source_audience="public")
        assert read.audience == "internal"


def test_a_foreign_field_with_a_similar_name_hides_nothing():
    values = {"ms.audience": "Admin", "search.audienceType": "admin"}
    read, warnings, _ = fields(values, source_audience="public")
    assert (read.audience, warnings) == ("public", ())


@pytest.mark.parametrize(
    ("values", "defaults", "source", "doubts"),
    [
        ({"type": "reply"}, {}, None, 0),
        ({"type": "reply"}, {"audience": "public"}, None, 0),
        ({"type": "reply"}, {}, "public", 0),
        ({"type": "reply", "audience": "internal"}, {}, None, 0),
        ({"type": "reply", "audience": "public"}, {}, None, 1),
        ({"type": "reply", "audience": "ITPro"}, {}, "public", 1),
        ({}, {"type": "reply", "audience": "public"}, None, 0),
        ({"audience": "public"}, {"type": "reply"}, None, 1),
        ({"Type": "reply"}, {"audience": "public"}, None, 0),
        ({"type": "Reply"}, {"audience": "public"}, None, 1),
        ({"type": "repli"}, {"audience": "public"}, None, 1),
        ({"type": "canned reply"}, {"audience": "public"}, None, 1),
        ({"type": ["reply"]}, {"audience": "public"}, None, 1),
        ({"type": "Replies", "audience": "public"}, {}, None, 2),
    ],
)
def test_a_reply_is_internal_whatever_is_said(values, defaults, source, doubts):
    read, warnings, _ = fields(values, defaults=defaults, source_audience=source)
    assert (read.type, read.audience, len(warnings)) == ("reply", "internal", doubts)


def test_a_reply_that_says_it_is_public_is_told_what_to_do():
    values = {"type": "reply", "audience": "public"}
    assert fields(values, {"audience": 4})[1] == (
        f"{HERE}:4: a reply is never public. Leave audience out",
    )


@pytest.mark.parametrize(
    "word", ["docs", "page", "post", "article", "", None, "display", {"a": "b"}]
)
def test_other_tools_use_type_for_their_layouts(word):
    read, warnings, _ = fields({"type": word, "audience": "public"})
    assert (read.type, read.audience, warnings) == ("article", "public", ())


def test_a_folder_can_be_one_of_replies():
    assert check_defaults({"type": "reply"}, "en/_defaults.yml", {})[0] == {"type": "reply"}
    values, warnings = check_defaults({"type": "Reply"}, "en/_defaults.yml", {"type": 2})
    assert values == {"type": "reply"}
    assert warnings[0].startswith("en/_defaults.yml:2: type is nearly reply")


def test_a_folders_default_gives_way_to_the_file():
    assert fields({}, defaults={"audience": "public"})[0].audience == "public"
    assert fields({"audience": "x"}, defaults={"audience": "public"})[0].audience == "internal"


@pytest.mark.parametrize(
    ("values", "line", "message"),
    [
        ({"title": None}, 2, "no title"),
        ({"title": "\u200b "}, 2, "no title"),
        ({"title": {"x": "y"}}, 2, "quote it"),
        ({"title": "x" * 301}, 2, "title is wrong"),
        ({"status": "live"}, 3, "published"),
        ({"publish_at": "soon"}, 3, "a moment"),
        ({"publish_at": "1700000000"}, 3, "a moment"),
        ({"publish_at": "0001-01-01T00:00:00+14:00"}, 3, "a moment"),
        ({"publishDate": "2026-13-45"}, 3, "publishDate is wrong"),
        ({"verified_on": "2026-13-45"}, 3, "a day"),
        ({"verified_on": ["x"]}, 3, "verified_on is wrong"),
        ({"verify_every": "0"}, 3, "verify_every"),
        ({"verify_every": "9" * 5000}, 3, "verify_every"),
        ({"search": {"boost": "3"}}, 3, "search.boost"),
        ({"search": {"boost": "nan"}}, 3, "search.boost"),
        ({"search": {"bost": "1"}}, 3, "search.bost"),
        ({"search": "high"}, 3, "search"),
        ({"locale": "klingon!"}, 3, "language tag"),
        ({"questions": [{"How": "x"}]}, 3, "quote it"),
        ({"tags": {"a": "b"}}, 3, "list of texts"),
    ],
)
def test_a_wrong_value_is_an_error_at_its_line(values, line, message):
    lines = {"title": 2, **dict.fromkeys(values.keys() - {"title"}, 3)}
    with pytest.raises(ArticleError, match=message) as caught:
        fields(values, lines)
    assert caught.value.line == line


def test_an_article_cannot_expire_before_it_is_published():
    with pytest.raises(ArticleError, match="not after publish_at"):
        fields({"publish_at": "2026-02-01", "expire_at": "2026-01-01"})


@pytest.mark.parametrize(
    "values", [{"title": "x"}, {"slug": "x"}, {"audience": "Public"}, {"verify_every": "x"}]
)
def test_defaults_are_checked_where_they_stand(values):
    with pytest.raises(ArticleError) as caught:
        check_defaults(values, "en/_defaults.yml", {next(iter(values)): 4})
    assert str(caught.value).startswith("en/_defaults.yml:4: ")


def test_the_schema_describes_every_field():
    schema = json_schema()
    assert schema["$schema"].endswith("draft-07/schema#")
    assert schema["required"] == ["title"]
    assert schema["properties"].keys() == FrontMatter.model_fields.keys()
    options = schema["$defs"]["SearchOptions"]["properties"]
    for described in (*schema["properties"].values(), *options.values()):
        assert described["description"].endswith(".")
