"""However an index came about, in one go or step by step, it gives the same answers."""

import random
from pathlib import Path

import pytest
from article_folder import ArticleFolder, article

from indexer.merging import MOST_SMALL, merge
from kb.search import Query

pytestmark = pytest.mark.usefixtures("shared_pool")

LOCALES = ("en", "vi", "zh-Hant")
WORDS = {
    "en": "reset password parcel invoice refund address delivery account mail number late order",
    "vi": "đặt lại mật khẩu bưu kiện hóa đơn hoàn tiền địa chỉ giao hàng tài khoản",
    "zh-Hant": "重設密碼 包裹 發票 退款 地址 送貨 帳戶 郵件 號碼 延遲 訂單",
}
QUERIES = {
    "en": (
        "reset password",
        "passwrod",
        "late parcel refnd",
        '"delivery account"',
        "ord",
        "-mail x",
    ),
    "vi": ("mật khẩu", "mat khau", "hoa don giao hang", "dia ch"),
    "zh-Hant": ("密碼", "退款地址", "订单", "包裹 -郵件"),
}


def random_text(locale: str, chance: random.Random) -> str:
    """Return an article's text; some are long enough for several passages."""
    words = WORDS[locale].split()

    def some(count: int) -> str:
        return " ".join(chance.choices(words, k=count))

    # Whoosh keeps lengths over 108 in one byte: no score may come from those.
    body = f"{some(chance.choice((0, 5, 40, 150, 400)))}.\n\n## {some(3)}\n\n{some(12)}.\n"
    fields = {"audience": chance.choice(("public", "public", "public", "internal"))}
    if chance.random() < 0.3:
        fields["questions"] = f"[{some(4)}, {some(3)}]"
    if chance.random() < 0.1:
        fields["status"] = "draft"
    return article(f"{some(3)} {chance.randrange(1000)}", body, **fields)


def step(folder: ArticleFolder, chance: random.Random) -> None:
    """Add, change, break, move or remove one file."""
    paths = sorted(p.relative_to(folder.articles) for p in folder.articles.rglob("*.md"))
    locale = chance.choice(LOCALES)
    kind = chance.random()
    if len(paths) < 5 or kind < 0.35:
        path = f"{locale}/{chance.choice('xyz')}/{chance.randrange(40)}.md"
        folder.put(path, random_text(locale, chance))
    elif kind < 0.7:
        path = chance.choice(paths)
        folder.put(str(path), random_text(path.parts[0], chance))
    elif kind < 0.8:
        path = chance.choice(paths)
        target = folder.articles / path.parts[0] / "moved" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder.articles / path).rename(target)
    else:
        folder.remove(str(chance.choice(paths)))


def answers(folder: ArticleFolder) -> dict[object, object]:
    """Return everything that readers of both audiences can be told."""
    engine = folder.engine()
    told: dict[object, object] = {}
    for audience in ("public", "internal"):
        told[audience, "locales"] = engine.state(audience=audience).locales
        for locale in LOCALES:
            summaries = engine.articles(locale, audience=audience)
            told[audience, locale] = (summaries, engine.topics(locale, audience=audience))
            for key in (summary.key for summary in summaries):
                told[audience, key] = engine.page(key, audience=audience)
                similar = engine.similar(key, audience=audience)
                told[audience, key, "similar"] = [summary.key for summary in similar]
            for text in QUERIES[locale]:
                offered = engine.complete(text, locale=locale, audience=audience)
                told[audience, "complete", text] = [(c.text, c.html, c.kind) for c in offered]
                results = engine.search(Query(text, locale, limit=50), audience=audience)
                told[audience, "search", text] = (
                    results.total, results.did_you_mean, results.topics,
                    [(hit.key, hit.snippet, hit.anchor) for hit in results.hits],
                    [hit.key for hit in results.relaxed],
                )  # fmt: skip
                told[audience, "scores", text] = Scores(
                    hit.score for hit in (*results.hits, *results.relaxed)
                )
    return told


class Scores(tuple[float, ...]):
    """Scores that are equal when they are so to one part in a million."""

    def __eq__(self, other: object) -> bool:
        return tuple(self) == pytest.approx(other, rel=1e-6)

    __hash__ = None


def assert_equal_to_a_full_build(folder: ArticleFolder, other: Path) -> None:
    whole = ArticleFolder(other)
    whole.articles.rmdir()
    whole.articles = folder.articles
    whole.update()
    assert_same(answers(folder), answers(whole))


def assert_same(told: dict[object, object], expected: dict[object, object]) -> None:
    assert told.keys() == expected.keys()
    for question, answer in expected.items():
        assert told[question] == answer, question


@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_of_edits_gives_the_answers_of_a_full_build(folder, tmp_path, seed):
    chance = random.Random(seed)
    for _ in range(12):
        step(folder, chance)
    folder.update()
    for round_ in range(2):
        for _ in range(5):
            for _ in range(chance.choice((1, 1, 3))):
                step(folder, chance)
            folder.update()
        assert_equal_to_a_full_build(folder, tmp_path / str(round_))


def test_many_small_updates_are_merged_and_give_the_answers_of_a_full_build(folder, tmp_path):
    chance = random.Random(40)
    most = 0
    for number in range(40):
        locale = "en" if number % 4 else "vi"
        folder.put(f"{locale}/x/{number % 25}.md", random_text(locale, chance))
        folder.update()
        merge(folder.root)
        most = max(most, len(list((folder.current / "internal/en").glob("*.seg"))))
    assert 3 <= most <= MOST_SMALL + 1
    assert_equal_to_a_full_build(folder, tmp_path / "whole")


def test_a_full_update_changes_no_answer(folder):
    chance = random.Random(7)
    for _ in range(25):
        step(folder, chance)
        if chance.random() < 0.3:
            folder.update()
    folder.update()
    before = answers(folder)
    report = folder.update(full=True)
    assert (report.switched, report.added, report.changed, report.removed) == (True, 0, 0, 0)
    assert_same(answers(folder), before)
