"""Words that carry little of a question's meaning, per language.

They are weighed down in a query, never dropped: when they are all there is, they are what was
asked. Articles are indexed whole. Terms are compared as the exact stream holds them; Chinese
phrases count as their bigrams, because there the pair is the word.
"""

from itertools import pairwise

from kb.words.syllables import fold, tone_last

_EN = """
a an and any are as at be been but by can cant could did do does doesnt dont for from get got had
has have hello help hey hi how i id if ill im in into is isnt it its ive just know like me my need
of on or our please so some tell than thank thanks that the their them then there these they this
those to us want was way we were what whats when where which who whom why will with wont would you
your
"""

_VI = """
à ạ ai anh ấy bạn bao bị bởi cách cái các cần cho chị chưa chúng có còn cũng của cứ dạ do dùm đã
đang để đến đều đi đó được em gì giúp hay hãy hỏi hơn khi không là làm lại lúc mà mấy mình một muốn
nào này nên nếu ngay như nhé nhưng những nó ở qua ra rằng rất rồi sao sẽ tại thế thể theo thì tôi
trong trên từ tuy và vào vẫn vậy về vì việc với vui xin
"""

# Simplified. A phrase stands for all of its bigrams: 怎么办 also weighs 么办 down.
_ZH = """
什么 为什么 有什么 是什么 什么样 怎么 怎么办 怎么做 怎么会 怎样 如何 为何 何时 多少 几个 哪些 哪里
哪个 是否 能否 可否 能不能 需不需要 有没有 没有 可以 应该 才能 需要 想要 我想 我的 我们 你们 他们
这个 这些 这样 那个 那些 一个 一下 因为 所以 如果 但是 或者 以及 请问 请教 谢谢 麻烦 您好 你好 了吗
"""

_ZH_CHARACTERS = "的了是在和与及或也都就而但吗呢吧啊呀么我你您他她它们这那有要会能可请个之于以为"


def _bigrams(phrases: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters within each phrase."""
    return frozenset(a + b for phrase in phrases.split() for a, b in pairwise(phrase))


_BY_LANGUAGE = {
    "en": frozenset(_EN.split()),
    "vi": frozenset(tone_last(word) for word in _VI.split()),
    # Latin words in a Chinese question are mostly English.
    "zh": _bigrams(_ZH) | frozenset(_ZH_CHARACTERS) | frozenset(_EN.split()),
}
_VI_FOLDED = frozenset(fold(word) for word in _VI.split())


def is_stop_word(term: str, language: str) -> bool:
    """Whether an exact or loose term of `language` carries little meaning in a question."""
    if language == "vi" and term in _VI_FOLDED and term.isascii():
        return True
    return term in _BY_LANGUAGE.get(language, frozenset())
