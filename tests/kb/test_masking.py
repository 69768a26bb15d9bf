"""What is taken out of a text before it is stored, and what has to stay."""

import time

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from kb.errors import SettingsError
from kb.events.masking import masked, order_pattern
from kb.settings import Settings


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Ann.Lee+x@mail.example.co.uk wrote", "[email] wrote"),
        ("我的信箱是abc.def@example.com.tw請回覆", "我的信箱是[email]請回覆"),
        ("nguyễn.văn@example.vn", "[email]"),
        ("<ann@example.com>,", "<[email]>,"),
        ("ann@example.com.", "[email]."),
    ],
)
def test_mail_addresses(written, stored):
    assert masked(written) == stored


@pytest.mark.parametrize(
    "number",
    [
        "+84 912 345 678", "+84912345678", "0912 345 678", "0912.345.678", "0912345678",
        "024 3822 1234", "0912-345-678", "02-2345-6789", "(02) 2345-6789", "+886-2-2345-6789",
        "+886 912 345 678", "(415) 555-2671", "415-555-2671", "555-2671", "+1 (415) 555-2671",
        "0049 30 901820", "０９１２３４５６７８", "0912\u00a0345\u00a0678", "0912–345–678",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["Call {} now", "電話{}謝謝", "SĐT: {}."])
def test_telephone_numbers(number, around):
    assert masked(around.format(number)) == around.format("[phone]")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("card 4111 1111 1111 1111 exp 12/27", "card [card] exp 12/27"),
        ("4111-1111-1111-1111", "[card]"),
        ("378282246310005", "[card]"),
        ("4111 1111 1111 1112", "[number]"),
        ("DE89 3704 0044 0532 0130 00", "[iban]"),
        ("gb29nwbk60161331926819", "[iban]"),
    ],
)
def test_cards_and_accounts(written, stored):
    assert masked(written) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("#12345", "[order]"),
        ("order 10023-221 is late", "order [order] is late"),
        ("my order number is: 100-2234", "my order number is: [order]"),
        ("Invoice no. INV-2024-001", "Invoice no. [order]"),
        ("đơn hàng DH123456", "đơn hàng [order]"),
        ("Đơn hàng của tôi là DH123456", "Đơn hàng của tôi là [order]"),
        ("don hang so 88123", "don hang so [order]"),
        ("訂單 A123456789", "訂單 [order]"),
        ("訂單編號：TW-20931", "訂單編號：[order]"),
        ("parcel 7723456789012", "parcel [number]"),
        ("I ordered 3 items 2 days ago", "I ordered 3 items 2 days ago"),
    ],
)
def test_order_numbers(written, stored):
    assert masked(written) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("A123456789", "[id]"),
        ("身分證A123456789號", "身分證[id]號"),
        ("CCCD 079203001234", "CCCD [id]"),
        ("CMND 123456789", "CMND [number]"),
    ],
)
def test_national_numbers(written, stored):
    assert masked(written) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (
            "https://example.com/reset?token=abc&x=1 fails",
            "https://example.com/reset?[query] fails",
        ),
        ("example.com/a#access_token=zzz", "example.com/a#[query]"),
        ("https://x.example/?a=b請問", "https://x.example/?[query]請問"),
        ("https://ann:hush@host/x", "https://[token]@host/x"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[token]"),
        ("sk-proj-abc123DEF456", "[token]"),
        ("123e4567-e89b-12d3-a456-426614174000", "[token]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.SflKxwRJSMeKKF2QT4", "[token]"),
        ("password: hunter22", "password: [token]"),
        ("mật khẩu: matkhau1", "mật khẩu: [token]"),
    ],
)
def test_what_lets_others_in(written, stored):
    assert masked(written) == stored


@pytest.mark.parametrize(
    "text",
    [
        "0x80070005", "0xC0000005", "error 404", "AADSTS50011", "KB5034441", "error 30015-1011",
        "mã lỗi 80070005", "錯誤代碼 0x8024401c", "error code: 2147942405", "Event ID 1000123",
        "Windows 10.0.19045", "Windows 10.0.19045.3803 22H2", "build 19045.3803",
        "Office 16.0.17328.20162", "Ubuntu 22.04.1", "192.168.1.1",
        "on 2026-11-23", "23.11.2026", "23/11/2026 2026-11-23 10:30", "2019-2020", "20261123",
        "1.500.000 đ", "1,500,000 VND", "1 500 000", "$19.99", "24/7", "1920x1080",
        "https://help.example.com/en/articles/how-to-reset-your-password-on-2-devices",
        "password: how do I change it?", "@ann", "C#", "a = b? c : d", "Đặt lại mật khẩu", "",
    ],
)  # fmt: skip
def test_what_the_question_is_about_stays(text):
    assert masked(text) == text


def test_numbers_beside_what_stays_are_masked_all_the_same():
    text = "since 2026-11-23 0912 345 678 on 10.0.19045 error 5: 4111 1111 1111 1111"
    assert masked(text) == "since 2026-11-23 [phone] on 10.0.19045 error 5: [card]"


PIECES = st.sampled_from([
    "ann@example.com", "0912 345 678", "4111 1111 1111 1111", "#12345", "order", "訂單", "error",
    "A123456789", "0x", "2026-11-23", "10.0.19045", "https://", "?a=", "#", "+", "(", ")", "-",
    ".", " ", "password:", "DE89370400440532013000", "[email]", "[", "]", "1", "12345", "a", "中",
    "é", "\n",
])  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join))


@given(TEXTS)
@example("x?a=b中=c")
@example("0@0.00+@0.00")
@example("0000000 0PASSWORD:0000")
@example("#0000A#0000")
@example("0000000)0X100000000")
def test_masking_what_is_masked_changes_nothing(text):
    assert masked(masked(text)) == masked(text)


@given(TEXTS, TEXTS)
def test_a_mail_address_never_stays(before, after):
    assert "jane.roe@mail.example" not in masked(f"{before} jane.roe@mail.example {after}")


@given(st.text(alphabet=st.characters(categories=["Ll", "Lu", "Lo"]), max_size=20), TEXTS)
def test_a_card_never_stays(before, after):
    assert "1111 1111" not in masked(f"{before} 4111 1111 1111 1111 {after}")


@given(st.integers(10**11, 10**18 - 1), st.sampled_from(["", " ", "-"]))
def test_a_long_number_never_stays_however_it_is_grouped(number, between):
    written = between.join(regex.findall(r"\d{1,4}", str(number)))
    stored = masked(f"it is {written}.")
    assert not regex.search(r"\d{4}", stored)


@pytest.mark.parametrize(
    "unit",
    ["a", "a@", "@", "a.", "1", "1 ", "1-", "1.", "(1", "+1", "order ", "order no ", "訂單", "#A",
     "#", "?", "?a", "x?a=", "http://", "://a", "AB12 ", "eyJ.", "-", "_", "password:", "é", "0x"],
)  # fmt: skip
def test_the_time_grows_with_the_length_and_nothing_else(unit):
    def seconds(length):
        text = (unit * length)[:length]
        began = time.process_time()
        masked(text)
        return time.process_time() - began

    # Quadratic, this takes many seconds; it takes some hundredths of one.
    assert min(seconds(100_000) for _ in range(2)) < 1.5


@given(TEXTS.map(lambda text: regex.sub(r"[\d@＠=]|[A-Za-z0-9_-]{16}", " ", text)))
def test_no_rule_finds_anything_in_a_text_of_which_none_is_asked(text):
    assert masked(text) == text
    # After an equals sign all of them are.
    assert masked(f"{text}\n=") == f"{text}\n="


# An operator's own pattern


def test_an_operators_order_numbers_are_masked_but_no_marks():
    pattern = order_pattern(r"(?i)qx/\w+|e")
    assert masked("QX/1a to ann@b.com", pattern) == "[order] to ann@b.com".replace(
        "ann@b.com", "[email]"
    )
    assert masked(masked("e [order]", pattern), pattern) == "[order] [order]"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("(", "not a regular expression", id="not one"),
        pytest.param("x*", "where there is nothing", id="matches everywhere"),
        pytest.param("(a+)+$", "too long", id="exponential"),
        pytest.param(r"(?:\d+-?)*x", "too long", id="exponential in digits"),
        pytest.param("a" * 201, "at most 200", id="long"),
    ],
)
def test_a_pattern_that_would_do_harm_is_refused_with_the_settings(source, message):
    with pytest.raises(SettingsError, match=message):
        Settings.load(None, {"KB_EVENTS_ORDER_NUMBERS": source})


def test_a_pattern_that_gets_busy_on_a_persons_text_masks_every_number_instead():
    pattern = regex.compile(r"(?:z+)+!")
    assert masked("z" * 5_000 + " 17", pattern) == "z" * 5_000 + " [order]"
