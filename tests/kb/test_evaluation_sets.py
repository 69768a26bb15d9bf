"""Sets are read from real files, and sets made of others ask what those ask."""

import gzip

import pytest

from kb.errors import EvaluationError
from kb.evaluation.measures import JudgedQuery
from kb.evaluation.sets import folders_of, load_set


@pytest.fixture
def folder(tmp_path):
    articles = (
        '{"id": "a", "lang": "zh-TW", "title": "標題", "body": "內文"}',
        "",
        '{"id": "b", "lang": "en"}',
    )
    queries = ('{"id": "q#t2s", "lang": "zh_cn", "text": "标题"}', '{"id": "n", "lang": "en"}')
    (tmp_path / "articles.jsonl").write_text("\n".join(articles), "utf-8")
    with gzip.open(tmp_path / "queries.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(queries))
    (tmp_path / "qrels.tsv").write_text("q#t2s\ta\t2\nq#t2s\tb\t0\nn\t-\t0\n", "utf-8")
    return tmp_path


def test_a_set_is_read_plain_or_packed(folder):
    judged = load_set(folder)
    assert [(a.path, a.locale, a.title, a.body) for a in judged.articles] == [
        ("a", "zh-Hant", "標題", "內文"),
        ("b", "en", "", ""),
    ]
    assert {article.audience for article in judged.articles} == {"public"}
    assert judged.queries[0] == JudgedQuery("q#t2s", "zh-Hans", "标题")
    assert [query.variant for query in judged.queries] == ["t2s", ""]
    assert judged.grades == {"q#t2s": {"a": 2}}
    assert judged.no_answer == {"n"}


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("articles.jsonl", "{", "articles.jsonl:1: not JSON"),
        ("articles.jsonl", '{"id": "a", "lang": "en"}\n[]', "articles.jsonl:2: no object with id"),
        ("articles.jsonl", '{"id": "a"}', "articles.jsonl:1: no object with id and lang"),
        (
            "articles.jsonl",
            '{"id": "a", "lang": "!"}',
            "articles.jsonl:1: '!' is not a language tag",
        ),
        ("queries.jsonl", '"x"', "queries.jsonl:1: no object"),
        ("qrels.tsv", "q\ta\n", "qrels.tsv:1: expected query, article and grade"),
        ("qrels.tsv", "q\ta\t1\nq\ta\tgood\n", "qrels.tsv:2: expected"),
        ("qrels.tsv", b"\xff", "qrels.tsv: cannot be read"),
        ("queries.jsonl.gz", b"no gzip", "queries.jsonl: cannot be read"),
        pytest.param(
            "queries.jsonl.gz",
            gzip.compress(b"{}" * 99, mtime=0)[:20],
            "queries.jsonl: cannot be read",
            id="cut gzip",
        ),
    ],
)
def test_a_malformed_set_is_reported_with_file_and_line(folder, file, content, message):
    (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(EvaluationError, match=message.replace("(", r"\(")):
        load_set(folder)


@pytest.mark.parametrize("file", ["articles.jsonl", "queries.jsonl.gz", "qrels.tsv"])
def test_a_missing_file_is_reported(folder, file):
    (folder / file).unlink()
    with pytest.raises(EvaluationError, match="cannot be read"):
        load_set(folder)


def test_a_set_is_asked_without_diacritics(folder):
    (folder / "queries.jsonl.gz").unlink()
    (folder / "queries.jsonl").write_text(
        '{"id": "q#t2s", "lang": "vi", "text": "Đổi mật khẩu ĐƯỢC không, Ørsted?"}', "utf-8"
    )
    judged = load_set(f"{folder}/:stripped")
    assert judged.name == f"{folder.name}:stripped"
    assert [query.text for query in judged.queries] == ["Doi mat khau DUOC khong, Orsted?"]
    assert judged.grades == load_set(folder).grades


def test_a_set_is_asked_the_queries_of_the_one_beside_it(folder):
    other = folder / "other"
    other.mkdir()
    (other / "queries.jsonl").write_text('{"id": "q#t2s", "lang": "en", "text": "title"}', "utf-8")
    inner = folder / "inner"
    inner.mkdir()
    for file in ("articles.jsonl", "qrels.tsv"):
        (inner / file).write_bytes((folder / file).read_bytes())
    judged = load_set(f"{inner}:from-other")
    assert judged.name == "inner:from-other"
    assert judged.queries == (JudgedQuery("q#t2s", "en", "title"),)
    assert [article.path for article in judged.articles] == ["a", "b"]
    (other / "queries.jsonl").write_text('{"id": "x", "lang": "en", "text": "title"}', "utf-8")
    with pytest.raises(EvaluationError, match="none of its queries is judged"):
        load_set(f"{inner}:from-other")


@pytest.mark.parametrize(
    ("spec", "folders"),
    [
        ("sets/vi", ["sets/vi"]),
        ("sets/vi/:stripped", ["sets/vi"]),
        ("sets/en:from-vi", ["sets/en", "sets/vi"]),
        ("sets/a:b", ["sets/a:b"]),
    ],
)
def test_a_set_is_made_of_the_folders_that_its_name_says(spec, folders):
    assert [str(path) for path in folders_of(spec)] == folders
