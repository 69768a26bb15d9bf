"""The pages that every check of this folder looks at, in the three languages."""

LOCALES = ("en", "vi", "zh-Hant")
HITS = {"en": "password", "vi": "mat khau", "zh-Hant": "密碼"}
# No hits; in the first two a spelling or another language is offered.
NO_HITS = {"en": "pasword 密碼", "vi": "qwxz refund", "zh-Hant": "ㄅㄆㄇ"}
REPLY = {"en": "sorry", "vi": "xin lỗi", "zh-Hant": "抱歉"}


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
        "voted": f"/{locale}/articles/reset-password?thanks=no",
        "thanked": f"/{locale}/articles/reset-password?thanks=yes",
        "long title": f"/{locale}/articles/change-address",
        "topic": f"/{locale}/topics/parcels",
        "new": f"/{locale}/new",
        "404": f"/{locale}/articles/nowhere",
        "410": f"/{locale}/articles/track-by-phone",
        "sign in": f"/sign-in?locale={locale}",
    }


PAGES = [(locale, name) for locale in LOCALES for name in paths(locale)]


def staff_paths(locale: str) -> dict[str, str]:
    """Return the kinds of pages for staff in one language, by name."""
    at = f"locale={locale}"
    return {
        "console": f"/agent?{at}",
        "console with answers": f"/agent?{at}&q={HITS[locale]}",
        "console with a reply": f"/agent?{at}&q={REPLY[locale]}&mode=search&replies=1",
        "console without answers": f"/agent?{at}&q=qwxz",
        "console with a search": f"/agent?{at}&q={HITS[locale]}&mode=search&topic=account",
        "console with an article": f"/agent/section?{at}&key={locale}/reset-password&level=article",
        "reports": f"/agent/reports?{at}",
        "due": f"/agent/due?{at}",
        "tools": f"/agent/tools?{at}",
        "account": f"/account?{at}",
    }


STAFF_PAGES = [(locale, name) for locale in LOCALES for name in staff_paths(locale)]
