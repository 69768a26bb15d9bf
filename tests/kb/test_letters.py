"""What is read of pasted mails and chats: the customer's own words, sentence by sentence."""

import re

import pytest
from command import run_program
from hypothesis import given
from hypothesis import strategies as st
from mails import MAILS

from kb.letters.letter import read_letter
from kb.words.characters import tidy

SIGNS = {"question": "?", "problem": "!", "statement": ".", "courtesy": "~"}


def told(message: str) -> list[str]:
    """Return the sentences with a sign of their kind before each: ? ! . or ~."""
    return [f"{SIGNS[each.kind]} {each.text}" for each in read_letter(message).sentences]


def asked(message: str) -> list[str]:
    """Return the sentences that are no courtesies."""
    return [sentence for sentence in told(message) if sentence[0] != "~"]


@pytest.mark.parametrize(("message", "sentences"), MAILS.values(), ids=MAILS)
def test_mails_and_chats_are_read_as_their_writers_meant_them(message, sentences):
    whole = any(sentence.startswith("~") for sentence in sentences)
    assert (told if whole else asked)(message) == sentences


@pytest.mark.parametrize(
    ("kind", "sentences"),
    {
        "question": """
            How do I reset my password | how to cancel | what documents do i need | is it free
            I'd like to know whether I can return it | not sure how to pay | why cant i log in
            I have no account, can I still order | any update on order 5
            không biết có đổi được không ạ | hàng về chưa shop | đổi trả trong bao lâu
            bên mình còn màu đen k ạ | phí ship bao nhiêu vậy | sao em không vào được tài khoản
            lam sao de doi mat khau | hang ve chua ad | co giao tan noi khong | nên mua loại nào
            可不可以改地址 | 請問可以開發票嗎 | 运费多少 | 什麼時候到貨 | 我可以退貨嗎
            這個有保固嗎 | 點樣退款 | 想了解會員制度""",
        "problem": """
            My order never arrived | the app crashes | I cannot log in | it doesn’t work
            i cant pay | I was charged twice | Payment failed | page not found
            I forgot my password
            em không nhận được mã OTP | app bị lỗi hoài | k đăng nhập đc | em ko nhan duoc ma
            tài khoản bị khóa | giao sai hàng | máy không lên nguồn | vẫn chưa hoàn tiền
            網頁打不開 | 沒收到貨 | 螢幕壞了 | 無法登入 | 验证码收不到 | 被重複扣款 | 帳號被鎖""",
        "courtesy": """
            Hi | Hello team! | Dear Sir or Madam, | Good morning, hope you are well | Thanks a lot
            Thank you for your help and have a great day | I hope this email finds you well.
            Dear John Smith, | Looking forward to hearing from you soon | Can you help me? | Hi Ann
            Chào shop ạ | em chào anh chị | Em cảm ơn nhiều | Cảm ơn shop đã hỗ trợ ạ | shop ơi
            Chúc shop buôn may bán đắt | Mong nhận được phản hồi sớm | chao shop | cam on nhieu
            您好，辛苦了 | 先謝謝您 | 王小姐您好 | 麻煩您了，謝謝 | 祝您順心 | 感謝您抽空閱讀這封信
            期待您的回覆 | 請問 | cho em hỏi chút ạ | I have a question | 你好，在吗？ | 谢谢！""",
        "statement": """
            reset password | I bought a red chair yesterday. | No problem | Hi-Fi system
            mình muốn đổi size áo | xin lời khuyên | đơn hàng 12345 | 我想把訂單改成超商取貨
            退款政策 | Thanks for the refund of order 7""",
    }.items(),
)
def test_sentences_are_told_by_what_they_do(kind, sentences):
    expected = [part.strip() for part in sentences.replace("\n", "|").split("|") if part.strip()]
    signs = [
        (sentence, {each.kind for each in read_letter(sentence).sentences}) for sentence in expected
    ]
    assert [row for row in signs if row[1] != {kind}] == []


@pytest.mark.parametrize(
    "text", ["reset password", "đổi mật khẩu", "退款", "hello kitty", "a", "5"]
)
def test_what_could_be_typed_into_a_search_box_stays_as_it_is(text):
    letter = read_letter(text)
    assert (letter.text, letter.cut) == (text, ())
    assert [(each.text, each.start, each.end) for each in letter.sentences] == [
        (text, 0, len(text))
    ]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        pytest.param("Hi team", "Hi team", id="a greeting"),
        pytest.param("Best regards,\nAnn", "Best regards,\nAnn", id="a signature"),
        pytest.param("> where is my order\n> thanks", "where is my order\nthanks", id="a quote"),
        pytest.param("> > Customer: where", "where", id="a quote of a quote"),
        pytest.param("On 23 Nov Ann <a@b.c> wrote:", "On 23 Nov Ann <a@b.c> wrote:", id="a head"),
        pytest.param("-----", "-----", id="a line"),
        pytest.param("Sent from my iPhone", "Sent from my iPhone", id="a telephone"),
        pytest.param("Thanks!\n\n> Your order is sent", "Thanks!", id="thanks above a quote"),
        pytest.param(" \n ", "", id="nothing"),
    ],
)
def test_something_is_always_left(message, text):
    assert read_letter(message).text == text


def test_what_is_cut_is_named_with_its_reason():
    message = "It broke.\r\n\r\nRegards\r\nAnn\r\n\r\n-----Original Message-----\r\nWe mended it."
    text = tidy(message)
    assert [(cut.why, text[cut.start : cut.end]) for cut in read_letter(message).cut] == [
        ("signature", "Regards\nAnn"),
        ("header", "-----Original Message-----"),
        ("quote", "We mended it."),
    ]


def test_paragraphs_stay_apart_in_the_text_that_is_left():
    message = "Hi,\n\n\nfirst\nsecond\n> quoted\nthird\n\nRegards\nAnn"
    assert read_letter(message).text == "Hi,\n\nfirst\nsecond\n\nthird"


PIECES = """
Hi team, | Chào shop ạ | 您好 | hope you are well | How do I pay? | my card is blocked. | 打不開
em không vào được | Thanks, | Best regards, | Ann Lee | Ann | 王小明 | 敬上 | Trân trọng, | FYI
Tel: +84 909 | a@example.com | -- | --- | : | ? | > quoted | >> deeper | > | > From: a@b.c
> Agent: x | On 23 Nov, Bob wrote: | On 23 Nov, Bob | wrote: | Vào 23/11 B <b@c.d> đã viết:
-----Original Message----- | From: Ann <a@b.c> | Sent: Monday | To: us | Subject: Re: hi | 主旨: c
[10:32] Ann: hi | [10:32] | Customer: hello | Customer: | Agent: ok | P.S. more | - item | 1. item
CONFIDENTIALITY NOTICE: x | Sent from my iPhone | and goes on
a line that is about as long as the lines that mailers wrap, with a last word
"""
pieces = st.sampled_from([*re.split(r" \| |\n", PIECES), "", "  ", "\t"])
messages = st.lists(pieces | st.text(max_size=12), max_size=14).map("\n".join)


@given(messages | st.text(max_size=120))
def test_sentences_lie_in_order_in_the_message(message):
    letter, text = read_letter(message), tidy(message)
    place = 0
    for sentence in letter.sentences:
        assert place <= sentence.start < sentence.end <= len(text)
        assert "".join(text[sentence.start : sentence.end].split()) == "".join(
            sentence.text.split()
        )
        place = sentence.end
    for cut in letter.cut:
        assert 0 <= cut.start < cut.end <= len(text)
    assert bool(letter.text) == bool(text.strip())
    assert bool(letter.sentences) or not any(char.isalnum() for char in letter.text)


@given(st.lists(pieces, max_size=14).map("\n".join))
def test_what_is_left_is_left_as_it_is_the_next_time(message):
    letter = read_letter(message)
    assert read_letter(letter.text).text == letter.text


BAIT = [
    *(
        ">",
        "> a\n",
        "> > \n",
        "&gt;",
        "\n",
        "\t",
        "a",
        "a ",
        ".",
        "? ",
        "((",
        "- ",
        "* ",
        "--\n",
        "\"'",
    ),
    *(
        "hi, ",
        "thanks ",
        "không a b ",
        "可以",
        "能",
        "小姐",
        "Dr. ",
        "1. ",
        "http://",
        "a@",
        "a.",
        "re:",
    ),
    *("From: a@b\n", "Subject: ", "On 1 wrote:\n", "[10:32] ", "Customer: ", "Regards\n"),
    "Thanks\nAnn\n",
]


@pytest.mark.parametrize("bait", BAIT)
def test_a_long_hostile_message_is_read_to_its_end(bait):
    message = bait * (20_000 // len(bait))
    for end in ("", "x"):
        assert bool(read_letter(message + end).text) == bool((message + end).strip())


PATTERNS_MADE = """
from kb.letters.letter import read_letter
from kb.letters.patterns import Pattern

def made():
    return sum("bare" in vars(pattern) for pattern in Pattern.every)

assert made() == 0
read_letter("Where is it?")
assert 0 < made() < len(Pattern.every)
Pattern.make_all()
assert made() == len(Pattern.every)
"""


def test_patterns_are_made_when_a_letter_needs_them_or_all_at_once(tmp_path):
    assert run_program(tmp_path, PATTERNS_MADE) == ""
