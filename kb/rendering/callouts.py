"""What a callout (`> [!NOTE]`) is headed by, in the article's language."""

from kb import locales

_WORDS = {
    "en": ("Note", "Tip", "Important", "Warning", "Caution", "Danger", "Info"),
    "vi": ("Lưu ý", "Mẹo", "Quan trọng", "Cảnh báo", "Thận trọng", "Nguy hiểm", "Thông tin"),
    "zh-Hant": ("注意", "提示", "重要", "警告", "小心", "危險", "資訊"),
    "zh-Hans": ("注意", "提示", "重要", "警告", "小心", "危险", "信息"),
}
KINDS = tuple(word.lower() for word in _WORDS["en"])
LABELS = frozenset(word for words in _WORDS.values() for word in words)


def label(kind: str, locale: str) -> str:
    """Return the word that heads a callout of `kind` ("note"), English where we have none."""
    words = next((_WORDS[tag] for tag in locales.fallbacks(locale) if tag in _WORDS), _WORDS["en"])
    return words[KINDS.index(kind)]
