"""Take personal data out of what people wrote, and leave a mark such as [email] in its place.

What can be told to be a date, a version, an address of a page or the code of an error stays, for
it says what the question is about; in doubt a number goes. Every pattern reads a text once, so
that the time grows with the length and nothing else, and masking what is masked changes nothing:
what a pattern wants to stand before its match is never a digit, which a later one might take away.
"""

import string
import unicodedata
from collections.abc import Callable
from typing import TypeAlias

import regex

# A pattern, and what it is replaced with.
Rule: TypeAlias = tuple["regex.Pattern[str]", str | Callable[["regex.Match[str]"], str]]

# An operator's pattern gets so long for one text.
_SECONDS = 0.2
_MARK = regex.compile(r"(\[(?:email|phone|card|iban|order|id|number|token|query)\])")

# Latin, Greek and Cyrillic, but no Han: a Chinese sentence goes on right after an address.
_LETTER = r"\p{Latin}\p{Greek}\p{Cyrillic}\p{M}0-9"
# Takes every run whole, an address or not: begun anew within each, long runs would take for ever.
_EMAIL = regex.compile(rf"[{_LETTER}._%+-]++([@＠](?:[{_LETTER}-]++\.)+[{_LETTER}-]{{2,}}+)?+")
_QUERY = regex.compile(r'(?<=[\w/.])([?#])[!-~--[=?<>"\[]]{0,100}=[!-~--[<>"]]*', regex.V1)
_SIGNED_IN = regex.compile(r"(?<=://)[^\s/@]{1,200}@")
_SECRET = regex.compile(
    r"(?i)(?<!\p{L})((?:pass(?:word|wd)|pwd|pin|otp|token|api[ _-]?key|secret|mật khẩu|密碼|密码)"
    r"\s{0,2}[:=：]\s{0,2})(?=[!-~]{0,64}\d)[!-~--[\[]][!-~]{3,}",
    regex.V1,
)
_LONG_WORD = regex.compile(r"[A-Za-z0-9_-]{16,}+(?:\.[A-Za-z0-9_-]{10,}+)*+")
_KEY = regex.compile(
    r"(?:^|(?<=\d))(?:(?:sk|pk|rk|gh[opsu]|github_pat|glpat|xox[a-z]|shpat|npm)[_-]"
    r"|AKIA|ASIA|AIza|eyJ)"
)
_UUID = regex.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IBAN = regex.compile(
    r"(?i)(?<![A-Z0-9])[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Z0-9])"
)
_ORDER = regex.compile(
    r"(?i)((?:(?<!\p{Latin})(?:orders?|invoices?|bookings?|tickets?|tracking|đơn hàng|don hang"
    r"|mã đơn|ma don|vận đơn|hóa đơn|hoá đơn)(?!\p{Latin})|訂單|订单|發票|发票|單號|单号|運單|运单)"
    r"(?:[\s:：#(（]|numbers?\b|no\b\.?|nr\b\.?|id\b|code\b|is\b|số\b|so\b|mã\b|ma\b|là\b|la\b"
    r"|của tôi\b|của em\b|của mình\b|編號|编号|號碼|号码|號|号|是|為|为){0,10}+)"
    r"(?=[A-Z]{0,6}[-_]?\d)[A-Z0-9][A-Z0-9_/-]{2,}+(?:[ ]\d{3,}+)*+"
)
_HASH = regex.compile(r"(?i)#(?=[A-Z]{0,6}-?\d{4})[A-Z0-9-]++")
_TAIWANESE_ID = regex.compile(r"(?i)(?<![A-Z0-9])[A-Z][1289A-D]\d{8}(?![A-Z0-9])")
# Digits, and what stands between them in a number that people write in groups.
_HEXADECIMAL = "0[xX][0-9A-Fa-f]{1,16}"
_NUMBER = regex.compile(
    rf"({_HEXADECIMAL})|(?:\+ ?|\(\+?)?(?<!\d)\d++"
    rf"(?:(?:[ \u00a0.()\-\u2010-\u2013]{{1,3}}|/)(?!{_HEXADECIMAL})\d++)*+"
)

_OF_AN_ERROR = regex.compile(
    r"(?i)(?:\b(?:errors?|err|event|lỗi|bug ?check|stop)(?: (?:codes?|id|no\.?|number))?"
    r"|錯誤(?:代碼|碼)?|错误(?:代码|码)?)[\s:：#(-]{0,3}$"
)
_DATE = regex.compile(
    r"(?:19|20)\d\d([-./]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)\d\d"
    r"|(?:19|20)\d\d[-\u2013](?:19|20)\d\d"
)
_VERSION = regex.compile(r"(?:0|[1-9]\d{0,4})(?:\.\d{1,6}){2,4}|(?:0|[1-9]\d{0,4})\.\d{1,4}")
_THOUSANDS = regex.compile(r"[1-9]\d{0,2}(?:[ .\u00a0]\d{3})+")
_LONGEST_PRICE = 8
_SHORTEST_IN_ONE, _SHORTEST_IN_GROUPS = 6, 8
_SHORTEST_AFTER_LETTERS = 9
_LONGEST_ERROR_CODE = 10
# What no rule below does without: a digit, a sign of an address, a word as long as a key. Most
# questions have none, and to ask for it once is quicker than to ask every rule.
_MAY_NEED_MASK = regex.compile(r"[\d@＠=]|[A-Za-z0-9_-]{16}")


def masked(text: str, order_numbers: "regex.Pattern[str] | None" = None) -> str:
    """Return text with a mark for everything that may say who somebody is, or let others in.

    order_numbers  what else an order number looks like; see `order_pattern`
    """
    if order_numbers is not None:
        text = _with_marks_for(order_numbers, text)
    if not _MAY_NEED_MASK.search(text):
        return text
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def order_pattern(source: str) -> "regex.Pattern[str] | None":
    """Return an operator's pattern of order numbers, None for ""; raises ValueError with a reason.

    A pattern is tried on texts that keep a careless one busy, before it meets a person's.
    """
    if not source:
        return None
    try:
        pattern = regex.compile(source)
        if pattern.search(""):
            raise ValueError("it matches where there is nothing; have it need a character")
        for part in ("a", "0", "1-", "A1 ", " ", "é中"):
            # All characters at the end: a pattern that lacks one gives up before it begins.
            pattern.search(part * 2_000 + string.printable, timeout=_SECONDS)
    except regex.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    except TimeoutError as error:
        raise ValueError("it takes too long on long texts; write a simpler pattern") from error
    return pattern


def _with_marks_for(pattern: "regex.Pattern[str]", text: str) -> str:
    # Every other part is a mark, which stays.
    parts = _MARK.split(text)
    try:
        parts[::2] = (pattern.sub("[order]", part, timeout=_SECONDS) for part in parts[::2])
    except TimeoutError:
        parts[::2] = (regex.sub(r"\d++", "[order]", part) for part in parts[::2])
    return "".join(parts)


def _long_word(match: "regex.Match[str]") -> str:
    """Mask a key or an identifier; words joined by dashes, as in an address, stay."""
    word: str = match[0]
    if _KEY.search(word) or _UUID.search(word):
        return "[token]"
    pieces = regex.split(r"[-_.]", word)
    random = (len(p) >= 16 and _has_digit(p) and not p.isdecimal() for p in pieces)
    return "[token]" if any(random) else word


def _iban(match: "regex.Match[str]") -> str:
    written: str = match[0]
    plain = regex.sub("[ -]", "", written).upper()
    turned = "".join(str(int(char, 36)) for char in plain[4:] + plain[:4])
    seems_one = written.isupper() and sum(map(str.isdecimal, plain)) >= 12
    return "[iban]" if seems_one or int(turned) % 97 == 1 else written


def _number(match: "regex.Match[str]") -> str:
    """Mask the numbers in a run of digits that are long enough to be somebody's."""
    run: str = match[0]
    if match[1]:
        return run
    before: str = match.string[max(0, match.start() - 30) : match.start()]
    length = sum(map(str.isdecimal, run))
    after_letters = before[-1:].isascii() and (before[-1:].isalpha() or before[-1:] == "_")
    if after_letters and length < _SHORTEST_AFTER_LETTERS:
        return run
    if length <= _LONGEST_ERROR_CODE and run[0] not in "+(0" and _OF_AN_ERROR.search(before):
        return run
    opening = "(" if run[0] == "(" and ")" not in run else ""
    return opening + _of_groups(run[len(opening) :])


def _of_groups(run: str) -> str:
    """Mask a run, but for the dates and versions that stand in it between spaces."""
    parts = regex.split(r"([ \u00a0]++)", run)
    stays = [i for i in range(0, len(parts), 2) if _is_date_or_version(parts[i])]
    done, start = [], 0
    for stop in [*stays, len(parts)]:
        done.append(_of_one("".join(parts[start:stop])))
        done += parts[stop : stop + 1]
        start = stop + 1
    return "".join(done)


def _of_one(written: str) -> str:
    """Mask what is one number, however it is grouped; spaces around it stay."""
    number = written.strip(" \u00a0")
    digits = _digits(number)
    kind = _kind(number, digits)
    return written.replace(number, kind) if kind else written


def _kind(number: str, digits: str) -> str:
    """Return the mark for a number, "" when it may stay."""
    length = len(digits)
    if _is_card(digits):
        return "[card]"
    if number[:1] == "+" and length >= 7:
        return "[phone]"
    if number.isdecimal():
        if length < _SHORTEST_IN_ONE:
            return ""
        if digits[0] == "0" and 9 <= length <= 12:
            return "[id]" if length == 12 else "[phone]"
        return "[number]"
    if regex.fullmatch(r"\d{3}-\d{4}", number):
        return "[phone]"
    price = length <= _LONGEST_PRICE and _THOUSANDS.fullmatch(number)
    if price or length < _SHORTEST_IN_GROUPS:
        return ""
    return "[phone]" if digits[0] == "0" or length == 10 or "(" in number else "[number]"


def _is_date_or_version(part: str) -> bool:
    part = part.strip("()+-.")
    if _DATE.fullmatch(part):
        return True
    if not _VERSION.fullmatch(part):
        return False
    _, *later = part.split(".")
    # Telephone numbers are grouped with dots too, but hardly any with a group of one or two.
    few = len(later) == 1 or len(_digits(part)) <= _LONGEST_PRICE
    return few or any(len(each) < 3 for each in later)


def _is_card(digits: str) -> bool:
    """Whether digits are a payment card's number, by its check digit."""
    if not 13 <= len(digits) <= 19:
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdecimal())


def _has_digit(text: str) -> bool:
    return any(char.isdecimal() for char in text)


_RULES: tuple[Rule, ...] = (
    (_QUERY, r"\1[query]"),
    (_SIGNED_IN, "[token]@"),
    (_EMAIL, lambda match: "[email]" if match[1] else match[0]),
    (_SECRET, r"\1[token]"),
    (_IBAN, _iban),
    (_LONG_WORD, _long_word),
    (_ORDER, r"\1[order]"),
    (_HASH, "[order]"),
    (_TAIWANESE_ID, "[id]"),
    (_NUMBER, _number),
)
