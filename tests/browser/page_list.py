"""The pages that every check of this folder looks at, in the three languages."""

LOCALES = ("en", "vi", "zh-Hant")
HITS = {"en": "password", "vi": "mat khau", "zh-Hant": "密碼"}
# No hits; in the first two a spelling or another language is offered.
NO_HITS = {"en": "pasword 密碼", "vi": "qwxz refund", "zh-Hant": "ㄅㄆㄇ"}


def paths(locale: str) -> dict[str, str]:
    """Return the kinds of pages of one locale, by name."""
    return {
        "home": f"/{locale}/",
        "search": f"/{locale}/search?q={HITS[locale]}",
        "paged": f"/{locale}/search?q=a",
        "empty": f"/{locale}/search",
        "zero": f"/{locale}/search?q={NO_HITS[locale]}",
        "explained": f"/{locale}/search/explain?q={HITS[locale]}",
        "explained one": f"/{locale}/search/explain?q={NO_HITS[locale]}&key=change-address",
        "article": f"/{locale}/articles/reset-password",
        "long title": f"/{locale}/articles/change-address",
        "topic": f"/{locale}/topics/parcels",
        "404": f"/{locale}/articles/nowhere",
    }


PAGES = [(locale, name) for locale in LOCALES for name in paths(locale)]
