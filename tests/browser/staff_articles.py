"""What only the staff of the sample site reads: an internal article and a canned reply."""

from pathlib import Path

_INTERNAL = {
    "en": ("Who may see a customer's password history?", "Only the second line, never by mail."),
    "vi": ("Ai được xem lịch sử mật khẩu của khách?", "Chỉ tuyến hai, không gửi qua thư."),
    "zh-Hant": ("誰可以查看顧客的密碼紀錄？", "只有第二線人員，不得以郵件寄送。"),
}
_REPLY = {
    "en": (
        "Reply: we are sorry for the delay",
        "Dear {{ customer.first_name }},\n\nwe are **sorry**. Your parcel comes "
        "{{ when | 'tomorrow' }}.\n\n{{ agent.name }}",
    ),
    "vi": (
        "Trả lời: xin lỗi vì chậm trễ",
        "Chào {{ customer.first_name }},\n\nchúng tôi **xin lỗi**. Bưu kiện đến vào "
        "{{ when | 'ngày mai' }}.\n\n{{ agent.name }}",
    ),
    "zh-Hant": (
        "回覆：很抱歉延誤",
        "{{ customer.first_name }}您好：\n\n我們非常**抱歉**，包裹將於{{ when | '明天' }}送達。"
        "\n\n{{ agent.name }}",
    ),
}


def write_staff_articles(root: Path) -> None:
    """Write both, in each language, below the folder of articles."""
    for locale, (title, body) in _INTERNAL.items():
        _write(root / locale / "account" / "password-history.md", title, "audience: internal", body)
    for locale, (title, body) in _REPLY.items():
        _write(root / locale / "parcels" / "sorry-for-the-delay.md", title, "type: reply", body)


def _write(file: Path, title: str, line: str, body: str) -> None:
    file.write_text(f'---\ntitle: "{title}"\n{line}\n---\n{body}\n', encoding="utf-8")
