"""Wrap a question as customers do: a greeting, two sentences of small talk, a signature.

Which of the templates a question gets depends on its id alone, so that two runs ask the same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from kb.evaluation.measures import EvaluationSet, JudgedQuery


class Templates(NamedTuple):
    """What stands before and after a question, by choice."""

    greetings: Sequence[str]
    small_talk: Sequence[str]
    signatures: Sequence[str]


_EN = Templates(
    greetings=("Hi there,", "Good morning everyone,", "Dear support team,", "Hello Anna,"),
    small_talk=(
        "I hope the week has been kind to you so far. "
        "I have been with you for almost four years and was always happy.",
        "My sister told me about you last spring. We both like it a lot.",
        "Sorry to bother you again so soon. I looked around for half an hour and then gave up.",
        "It has been raining here for days, so I finally sort things out. "
        "I am typing this on my phone, so please forgive the mistakes.",
    ),
    signatures=(
        "Kind regards,\nMaria Lopez\nSales assistant, Harbour Traders\n+44 20 7946 0018",
        "Thanks a million\nTom",
        "Best,\n\nDaniel Okafor\nSent from my phone",
        "Looking forward to your answer.\nYours sincerely\nPriya N.",
    ),
)
_VI = Templates(
    greetings=("Chào shop,", "Chào anh chị,", "Kính gửi bộ phận hỗ trợ,", "Alo ad ơi,"),
    small_talk=(
        "Mình dùng dịch vụ bên bạn cũng được hơn hai năm rồi. Nói chung là mình rất hài lòng.",
        "Hôm qua mình gọi lên tổng đài mà đợi lâu quá nên đành nhắn ở đây. "
        "Mong mọi người thông cảm nếu mình nhắn hơi dài.",
        "Em là sinh viên mới ra trường nên còn nhiều bỡ ngỡ. Bạn em có chỉ nhưng em vẫn chưa rõ.",
        "Dạo này trời nóng quá nên em chỉ ngồi nhà lướt máy. Tiện thể em nhắn hỏi một chút.",
    ),
    signatures=(
        "Cảm ơn nhiều ạ.\nNguyễn Thị Lan\nPhòng kế toán, Công ty Minh Phát\n0903 123 456",
        "Trân trọng,\nTrần Quốc Huy",
        "Em cám ơn shop nha!\nHà",
        "Rất mong sớm nhận được phản hồi.\nLê Văn Dũng\nGửi từ điện thoại của tôi",
    ),
)
_ZH = Templates(
    greetings=("您好，", "客服你好：", "各位老师好！", "亲，在吗？"),
    small_talk=(
        "我用你们的产品已经快三年了。一直觉得挺不错的。",
        "昨天打了半天电话都没有人接。只好写信来打扰一下。",
        "我是朋友介绍过来的新用户。很多地方还不太熟悉。",
        "最近家里事情比较多，今天才有空坐下来。写得有点乱，请多包涵。",
    ),
    signatures=(
        "谢谢！\n王小明\n北京华信科技有限公司 财务部\n电话：010-6555-0123",
        "此致\n敬礼\n李芳",
        "辛苦啦！\n小陈",
        "期待您的回复。\n张伟\n发自我的手机",
    ),
)
_BY_LANGUAGE = {"en": _EN, "vi": _VI, "zh": _ZH}


def wrapped_set(judged: EvaluationSet) -> EvaluationSet:
    """Return a set whose questions are wrapped."""
    queries = tuple(wrapped(query) for query in judged.queries)
    return replace(judged, name=f"{judged.name}:wrapped", queries=queries)


def wrapped(query: JudgedQuery) -> JudgedQuery:
    """Return one question with something around it, in its own language."""
    templates = _BY_LANGUAGE[query.locale.partition("-")[0]]
    digest = hashlib.sha256(query.id.encode()).digest()
    greeting, talk, signature = (
        texts[byte % len(texts)] for texts, byte in zip(templates, digest, strict=False)
    )
    gap = "" if query.locale.startswith("zh") else " "
    return replace(query, text=f"{greeting}\n\n{talk}{gap}{query.text}\n\n{signature}")
