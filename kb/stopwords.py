"""Words that carry little of a question's meaning, per language.

They are weighed down in a query, never dropped: when they are all there is, they are what was
asked. Articles are indexed whole. Terms are given as the exact stream holds them, Chinese in
Simplified characters and as bigrams, because there the pair is the word.
"""

from kb.analysis import fold, tone_last

_EN = """
a an and any are as at be been but by can cant could did do does doesnt dont for from get got had
has have hello help hey hi how i id if ill im in into is isnt it its ive just know like me my need
of on or our please so some tell than thank thanks that the their them then there these they this
those to us want was way we were what whats when where which who whom why will with wont would you
your
""".split()

_VI = """
à ạ ai anh ấy bạn bao bị bởi cách cái các cần cho chị chưa chúng có còn cũng của cứ dạ do dùm đã đang
để đến đều đi đó được em gì giúp hay hãy hỏi hơn khi không là làm lại lúc mà mấy mình một muốn nào này
nên nếu nếu ngay như nhé nhưng những nó ở qua ra rằng rất rồi sao sẽ tại thế thể theo thì tôi trong
trên từ tuy và vào vẫn vậy về vì việc với vui xin
""".split()

_ZH = """
一个 一下 不到 为何 为什 什么 么会 么做 么办 了吗 什样 以及 他们 何时 你们 但是 几个 哪些 哪里 哪个 因为 多少
如何 如果 应该 怎么 怎样 我们 我想 我的 或者 所以 才能 是否 是什 有什 有没 没有 的是 能不 能否 想要 请问
请教 谢谢 贵公 这个 这样 这些 那个 那些 需要 需不 麻烦 您好 你好 可以 可否 吗请
""".split()

_ZH_CHARACTERS = "的了是在和与及或也都就而但吗呢吧啊呀么我你您他她它们这那有要会能可请个之于以为"

_BY_LANGUAGE = {
    "en": frozenset(_EN),
    "vi": frozenset(tone_last(word) for word in _VI),
    "zh": frozenset(_ZH) | frozenset(_ZH_CHARACTERS) | frozenset(_EN),
}
_VI_FOLDED = frozenset(fold(word) for word in _VI)


def is_stop_word(term: str, language: str) -> bool:
    """Whether an exact or loose term of `language` carries little meaning in a question."""
    if language == "vi" and term in _VI_FOLDED and term.isascii():
        return True
    return term in _BY_LANGUAGE.get(language, frozenset())
