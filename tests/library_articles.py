"""Sixty short articles of a city library, twenty a language, for tests of engines.

They stand in library_articles.txt: a line with the path, the title, a question, the body.
"""

from pathlib import Path

from kb.article import Article

_FILE = Path(__file__).with_suffix(".txt")

# Forty queries, as people type them, by the reader's locale.
_TYPED = {
    "en": (
        "library card",
        "lost card",
        "pin",
        "forgot my pin",
        "opening hours",
        "monday",
        "parking",
        "how do i renew a book",
        "renewing",
        '"quiet room"',
        "book -audiobooks",
        "pay by credit ca",
        "newspaperz",
        "late fees",
        "download",
        "wheelchair lift",
        "cents",
        "torn page",
        "book",
        "the",
    ),
    "vi": (
        "mật khẩu",
        "mat khau",
        "duong",
        "đường",
        "quên mật khẩu",
        "trả sách",
        '"trả sách"',
        "sách -muộn",
        "hoà nhạc",
        "gia hạ",
    ),
    "zh-Hant": (
        "密碼",
        "忘记密码",
        "还书",
        "圖書館幾點開門",
        '"忘記密碼"',
        "wifi",
        "預約 -房間",
        "電子書下載",
        "書",
        "罰款",
    ),
}
QUERIES = [(locale, text) for locale, texts in _TYPED.items() for text in texts]


def library_articles() -> list[Article]:
    """Return the sixty articles, public, in three locales."""
    return [_article(block) for block in _FILE.read_text("utf-8").split("=== ")[1:]]


def _article(block: str) -> Article:
    path, title, question, _, body = block.strip().split("\n", 4)
    locale, topic, slug = path.split("/")
    return Article(
        slug=slug,
        locale=locale,
        title=title,
        body=body,
        questions=(question,),
        topic=topic,
        audience="public",
        translation_key=slug,
        path=f"{path}.md",
    )
