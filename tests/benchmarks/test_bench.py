"""The benchmark runs: sixty articles, the engines that need nothing installed, every section but
the long ones."""

from pathlib import Path

import pytest

from tests.benchmarks import corpus, report, speed
from tests.benchmarks.engines import Question, available
from tests.benchmarks.ours import Ours
from tests.benchmarks.timing import geometric_mean, growth, percentile

PAGES = {
    "pages": ("en", "Reset your password", "Open the settings page and choose a new password."),
    "pages.vi-VN": ("vi", "Đặt lại mật khẩu", "Mở trang cài đặt rồi chọn mật khẩu mới của bạn."),
    "pages.zh-TW": ("zh-Hant", "重設您的密碼", "請開啟設定頁面，然後選擇新的密碼。"),
}
PAGES_BY_LOCALE = {locale: title for locale, title, _ in PAGES.values()}
KINDS = ("known", "title", "phrase", "prefix", "message")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten articles of each language, in the form of the corpus."""
    for name, (_, title, sentence) in PAGES.items():
        for number in range(10):
            file = tmp_path / "corpus" / name / f"page-{number}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            body = "\n\n".join(f"## Part {part}\n\n{sentence * 20}" for part in range(5))
            file.write_text(f"---\ntitle: {title} {number}\n---\n{body}\n", encoding="utf-8")
    return tmp_path / "corpus"


def test_a_run_times_all_engines_on_the_same_questions(folder, tmp_path):
    files = corpus.files_of(folder)
    settings = corpus.written(folder, files, 60, tmp_path / "articles")
    index = tmp_path / "index"
    cold = speed.built(settings, index)
    assert cold.cpu > 0
    assert speed.locales_of(index) == ["en", "vi", "zh-Hant"]
    rivals, _ = available(["fts5", "whoosh"])
    locales = {
        locale: speed.measured(
            index,
            locale,
            rivals,
            tmp_path / "no sets",
            tmp_path / "scratch",
            count=1,
            rounds=1,
            kinds=KINDS,
        )
        for locale in speed.locales_of(index)
    }
    for locale, found in locales.items():
        assert found["articles"] == 20
        assert found["kinds"].keys() == set(KINDS)
        for kind in KINDS:
            for mode in ("score", "snippets"):
                times = found["kinds"][kind][mode]
                assert times.keys() == {"ours", "fts5", "whoosh"}, (locale, kind)
                assert times["fts5"]["ratio"]["p50"] > 0
        assert_scoring_is_searching(Ours(index, locale), PAGES_BY_LOCALE[locale])
        for engine in ("ours", "fts5", "whoosh"):
            assert found["kinds"]["title"]["snippets"][engine]["found"] > 0, (locale, engine)
    part = {"locales": locales, "build": {"cpu": 1, "wall": 1, "peak": 1, "index_mb": 1}}
    result = {"machine": {}, "missing": [], "sizes": {"60": part}}
    assert "| SQLite FTS5 |" in "\n".join(report.whole(result))
    assert report.last_line(result).startswith("ratio_to_tantivy=nan ratio_to_fts5=")


def assert_scoring_is_searching(ours: Ours, title: str) -> None:
    """What is timed as scoring alone has to be the ranking that readers get."""
    results = ours.search(Question("title", "", title))
    found = [hit.key for hit in (*results.hits, *results.relaxed)]
    assert ours.score(Question("title", "", title)) == found != []


def test_copies_vary_in_their_words_and_not_in_their_links(folder, tmp_path):
    page = folder / "pages" / "page-0.md"
    page.write_text(
        "---\ntitle: Words\n---\n" + "Read [these words](some/where.md) again and again. " * 50
    )
    files = corpus.files_of(folder)
    corpus.written(folder, files, 60, tmp_path / "articles")
    first, copy = (
        (tmp_path / "articles" / name / "pages" / "page-0.md").read_text()
        for name in ("copy0", "copy1")
    )
    assert first == page.read_text()
    assert copy.count("](some/where.md)") == 50
    assert "title: Words 1" in copy
    assert 0.75 < len(copy.split()) / len(first.split()) < 0.95


def test_a_smaller_corpus_is_part_of_a_larger_one(folder, tmp_path):
    files = corpus.files_of(folder)
    paths = {}
    for size in (5, 10):
        place = tmp_path / str(size)
        corpus.written(folder, files, size, place)
        paths[size] = {path.relative_to(place) for path in place.rglob("*.md")}
    assert paths[5] < paths[10]
    assert len(paths[10]) == 10


def test_figures_are_what_their_names_say():
    assert percentile([3, 1, 2], 50) == 2
    assert percentile(range(1, 101), 95) == 95
    assert geometric_mean([0.5, 2]) == pytest.approx(1)
    assert growth(10, 20, 4) == pytest.approx(0.5)
