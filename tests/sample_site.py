"""A small help center of a parcel service in three languages, for tests of pages and browsers.

It has what strains a page: a title without a place to break, stacked Vietnamese accents, a wide
table, code, callouts, more than one page of results, an article that is missing in a language.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kb.article import Article
from kb.files.past import Past
from kb.search import Topic
from kb.testing import MemoryEngine

TOPICS = {
    "en": (
        Topic("account", "Your account", "Signing in, passwords and your details", 1),
        Topic("parcels", "Parcels", "Sending, tracking and receiving", 2),
        Topic("billing", "Invoices and payment", "Prices, invoices and refunds", 3),
    ),
    "vi": (
        Topic("account", "Tài khoản của bạn", "Đăng nhập, mật khẩu và thông tin cá nhân", 1),
        Topic("parcels", "Bưu kiện", "Gửi, theo dõi và nhận hàng", 2),
        Topic("billing", "Hóa đơn và thanh toán", "Giá cước, hóa đơn và hoàn tiền", 3),
    ),
    "zh-Hant": (
        Topic("account", "您的帳戶", "登入、密碼與個人資料", 1),
        Topic("parcels", "包裹", "寄送、查詢與收件", 2),
        Topic("billing", "帳單與付款", "價格、發票與退款", 3),
    ),
}

_RICH = """{opening}

## {first}

1. {step}
2. {step}

!!! warning
    {step}

### {second}

| {col} 1 | {col} 2 | {col} 3 | {col} 4 | {col} 5 | {col} 6 |
|---|---|---:|---|---|---|
| {cell} | {cell} | 12.50 | {cell} | {cell} | {cell} |
| {cell} | {cell} | 7.00 | {cell} | {cell} | {cell} |

## {third}

{step} `KB-2026-000123`

```python
def track(number: str, *, retries: int = 3) -> dict[str, str]:
    # {step}
    return fetch(f"https://api.example.com/v1/parcels/{{number}}?expand=events,location,signature")
```

> [!TIP]
> {step}

## {fourth}

- {step}
- {step}
"""

_WORDS = {
    "en": {
        "opening": "You can set a new password yourself, on any device. It takes two minutes.",
        "first": "Ask for the reset mail",
        "second": "When the mail does not arrive",
        "third": "Check a parcel by program",
        "fourth": "If you are still locked out",
        "step": "Choose “Forgot password” and type the address of your account.",
        "col": "Column",
        "cell": "Two days",
    },
    "vi": {
        "opening": "Bạn có thể tự đặt lại mật khẩu trên mọi thiết bị. Việc này mất hai phút.",
        "first": "Yêu cầu thư đặt lại mật khẩu",
        "second": "Khi bạn không nhận được thư",
        "third": "Tra cứu bưu kiện bằng chương trình",
        "fourth": "Nếu bạn vẫn không đăng nhập được",
        "step": "Chọn “Quên mật khẩu” rồi nhập địa chỉ thư điện tử của tài khoản.",
        "col": "Cột",
        "cell": "Hai ngày",
    },
    "zh-Hant": {
        "opening": "您可以在任何裝置上自行重設密碼，大約需要兩分鐘。",
        "first": "索取重設密碼的郵件",
        "second": "沒有收到郵件時",
        "third": "以程式查詢包裹",
        "fourth": "仍然無法登入時",
        "step": "請選擇「忘記密碼」，然後輸入您帳戶的電子郵件地址。",
        "col": "欄",
        "cell": "兩天",
    },
}

# slug, topic, then title, description and body for each language.
_PLAIN = (
    (
        "track-parcel",
        "parcels",
        (
            "How do I track a parcel?",
            "Where your parcel is",
            "Type the number of the parcel. It is on the receipt and in our mail.",
        ),
        (
            "Làm thế nào để theo dõi bưu kiện?",
            "Bưu kiện của bạn đang ở đâu",
            "Bạn nhập mã bưu kiện. Mã có trên biên nhận và trong thư của chúng tôi.",
        ),
        (
            "如何查詢包裹？",
            "您的包裹在哪裡",
            "請在首頁輸入包裹編號。編號印在收據上，也在我們寄給您的郵件裡。",
        ),
    ),
    (
        "change-address",
        "parcels",
        (
            "Can I change the delivery address?",
            "Until the parcel is on its way",
            "You can change the address until the parcel leaves the depot.",
        ),
        (
            "Tôi có thể đổi địa chỉ giao hàng không? Ặ Ễ Ộ Ử – một tiêu đề rất dài "
            "để xem dấu chồng có bị cắt ở đầu dòng hay không",
            "Trước khi bưu kiện rời kho",
            "Bạn có thể đổi địa chỉ trước khi bưu kiện rời kho.",
        ),
        (
            "我可以更改送貨地址嗎如果包裹已經離開倉庫而且收件人剛好出國三個星期又沒有人可以代收包裹那麼我應該怎麼辦才好呢",
            "包裹出倉之前",
            "包裹離開倉庫之前，您都可以更改地址。",
        ),
    ),
    (
        "refund",
        "billing",
        (
            "How do I get a refund?",
            "When and how money comes back",
            "We pay a refund to the card you paid with, within five days.",
        ),
        (
            "Làm sao để được hoàn tiền?",
            "Khi nào và bằng cách nào bạn nhận lại tiền",
            "Chúng tôi hoàn tiền vào thẻ bạn đã dùng, trong vòng năm ngày.",
        ),
        ("如何申請退款？", "何時以及如何退款", "我們會在五天內把款項退回您付款的信用卡。"),
    ),
    (
        "invoice",
        "billing",
        ("Where do I find my invoice?", "", "Every invoice is in your account, under “Payments”."),
        (
            "Tôi tìm hóa đơn ở đâu?",
            "",
            "Mọi hóa đơn đều nằm trong tài khoản của bạn, mục “Thanh toán”.",
        ),
        ("我的發票在哪裡？", "", "所有發票都在您的帳戶中，請看「付款」。"),
    ),
    (
        "sign-in",
        "account",
        (
            "Why can I not sign in?",
            "The five usual reasons",
            "Check the address, then the password, then the keyboard layout.",
        ),
        (
            "Tại sao tôi không đăng nhập được?",
            "Năm lý do thường gặp",
            "Bạn kiểm tra địa chỉ, rồi mật khẩu, rồi bàn phím.",
        ),
        ("為什麼我無法登入？", "五個常見原因", "請先檢查電子郵件地址，再檢查密碼與鍵盤設定。"),
    ),
)

LOCALES = ("en", "vi", "zh-Hant")
VERIFIED_ON = datetime.now(UTC).date() - timedelta(days=20)
UPDATED = date(2026, 11, 3)
CONTRIBUTORS = ("Nguyễn Thị Ánh", "林怡君", "An <b>& Co</b>")


def sample_articles() -> Iterator[Article]:
    """Yield the public articles of the site."""
    titles = ("How do I reset my password?", "Làm thế nào để đặt lại mật khẩu?", "如何重設密碼？")
    asked = (("I forgot my password",), ("Tôi quên mật khẩu",), ("我忘記密碼了",))
    for locale, title, questions in zip(LOCALES, titles, asked, strict=True):
        yield Article(
            slug="reset-password",
            locale=locale,
            title=title,
            body=_RICH.format(**_WORDS[locale]),
            description=_WORDS[locale]["opening"],
            questions=questions,
            topic="account",
            audience="public",
            verified_on=VERIFIED_ON,
            aliases=("old-password-page",),
            translation_key="reset-password",
            boost=1.5,
            path=f"{locale}/account/reset-password.md",
            source="articles",
        )
    for slug, topic, *texts in _PLAIN:
        for locale, (title, description, body) in zip(LOCALES, texts, strict=True):
            yield Article(
                slug=slug,
                locale=locale,
                title=title,
                body=body,
                description=description,
                topic=topic,
                audience="public",
                verified_on=VERIFIED_ON if topic != "billing" else date(2024, 1, 2),
                translation_key=slug,
                path=f"{locale}/{topic}/{slug}.md",
            )
    yield from _english_only()


def _english_only() -> Iterator[Article]:
    for number in range(1, 14):
        yield Article(
            slug=f"depot-{number}",
            locale="en",
            title=f"When is depot {number} open?",
            body=f"Depot {number} is open from 8 to {number + 8}.\n\n## Holidays\n\nClosed.",
            topic="parcels",
            audience="public",
        )


REMOVED = {
    "en": {"track-by-phone": "We no longer track parcels by phone. Use the tracking page."},
    "vi": {"track-by-phone": "Không còn tra cứu bưu kiện qua điện thoại. Hãy dùng trang tra cứu."},
    "zh-Hant": {"track-by-phone": "已不再提供電話查詢包裹的服務，請改用查詢頁面。"},
}


def sample_pasts() -> dict[str, Past]:
    """Return what git could tell of the site: every topic is a day older than the one before
    and has changed since, but for the first, which is new.

    The password article in Chinese is behind the English one.
    """
    topics = sorted({article.topic for article in sample_articles()})
    created = {topic: UPDATED - timedelta(days=n) for n, topic in enumerate(topics)}
    pasts = {
        each.key: Past(created[each.topic], UPDATED, CONTRIBUTORS) for each in sample_articles()
    }
    behind = replace(pasts["zh-Hant/reset-password"], behind=2, translated_from="en/reset-password")
    return {**pasts, "zh-Hant/reset-password": behind}


def sample_engine() -> MemoryEngine:
    """Return an engine over the sample site."""
    return MemoryEngine(sample_articles(), topics=TOPICS, removed=REMOVED, pasts=sample_pasts())
