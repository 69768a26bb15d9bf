"""How reminders and calendars say what is due, in each language that we write.

They are read in mail and calendar programs, where no page of ours is, and made where no web
application runs. Another language is answered in English.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kb.locales import fallbacks
from kb.writing.due import Due, Reason


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in one language; `{...}` are filled in.

    title          of the list
    one, many      how many articles are due, as a subject
    opening        above the list of a mail
    more           below a list that is cut
    closing        what to do, below it
    the_list       before the address of the page
    check, expiry  what a calendar calls the day on which a check lapses or an article expires
    owner          before the owner's name
    reasons        why an article is due
    """

    title: str
    one: str
    many: str
    opening: str
    more: str
    closing: str
    the_list: str
    check: str
    expiry: str
    owner: str
    reasons: Mapping[Reason, str]

    def counted(self, count: int) -> str:
        """Return how many articles are due."""
        return (self.one if count == 1 else self.many).format(count=count)

    def reason(self, reason: Reason, due: Due) -> str:
        """Return why an article is due."""
        return self.reasons[reason].format(
            flagged=due.said.flagged,
            helpful=due.said.helpful,
            unhelpful=due.said.unhelpful,
            counts_to=_shown(due.counts_to),
            expires_on=_shown(due.expires_on),
        )


def words_for(locale: str) -> Words:
    """Return the words of a language, or of the nearest one that we write."""
    return next((_WORDS[tag] for tag in fallbacks(locale) if tag in _WORDS), _WORDS["en"])


def _shown(day: date | None) -> str:
    return day.isoformat() if day else ""


_WORDS = {
    "en": Words(
        title="Articles to check",
        one="1 article needs to be looked at",
        many="{count} articles need to be looked at",
        opening="You answer for these articles. The one that needs you most comes first.",
        more="... and {count} more.",
        closing="Walk through every step, correct what is wrong, then record the check:",
        the_list="The whole list:",
        check="Check due: {title}",
        expiry="Expires: {title}",
        owner="Owner: {owner}",
        reasons={
            "flagged": "flagged by agents: {flagged}",
            "unhelpful": "did not help {unhelpful} readers, helped {helpful}",
            "lapsed": "the last check counted until {counts_to}",
            "expiring": "not shown any more from {expires_on} on",
            "never": "nobody has recorded a check",
            "due_soon": "the check counts until {counts_to}",
        },
    ),
    "vi": Words(
        title="Bài viết cần kiểm chứng",
        one="1 bài viết cần xem lại",
        many="{count} bài viết cần xem lại",
        opening="Bạn phụ trách các bài viết này. Bài cần bạn nhất đứng đầu.",
        more="... và {count} bài khác.",
        closing="Hãy làm thử từng bước, sửa chỗ sai rồi ghi lại lần kiểm chứng:",
        the_list="Toàn bộ danh sách:",
        check="Đến hạn kiểm chứng: {title}",
        expiry="Hết hạn: {title}",
        owner="Người phụ trách: {owner}",
        reasons={
            "flagged": "nhân viên đã đánh dấu: {flagged} lần",
            "unhelpful": "không giúp được {unhelpful} người đọc, giúp được {helpful}",
            "lapsed": "lần kiểm chứng gần nhất chỉ có hiệu lực đến {counts_to}",
            "expiring": "không còn hiển thị kể từ {expires_on}",
            "never": "chưa ai ghi lại lần kiểm chứng nào",
            "due_soon": "lần kiểm chứng còn hiệu lực đến {counts_to}",
        },
    ),
    "zh-Hant": Words(
        title="待驗證的文章",
        one="有 1 篇文章需要檢視",
        many="有 {count} 篇文章需要檢視",
        opening="以下文章由您負責，最需要您處理的排在最前面。",
        more="……另有 {count} 篇。",
        closing="請逐步操作一遍，改正錯誤之處，再記錄這次驗證：",
        the_list="完整清單：",
        check="驗證到期：{title}",
        expiry="即將下架：{title}",
        owner="負責人：{owner}",
        reasons={
            "flagged": "客服人員標記 {flagged} 次",
            "unhelpful": "有 {unhelpful} 位讀者覺得沒有幫助，{helpful} 位覺得有幫助",
            "lapsed": "上次驗證的有效期到 {counts_to} 為止",
            "expiring": "自 {expires_on} 起不再顯示",
            "never": "尚無驗證紀錄",
            "due_soon": "驗證有效期到 {counts_to} 為止",
        },
    ),
}
