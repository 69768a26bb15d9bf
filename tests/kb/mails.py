"""Messages as agents paste them, and the sentences that are read of each.

A sign before each sentence says what it does: ? asks, ! complains, . states, ~ is a courtesy. Where
no courtesy is listed, those of the message do not matter.
"""

MAILS = {
    "a mail with all that comes with one": (
        """Hi team,

I hope you are well. I bought a lamp from your shop last week and the small switch on
its side does not do anything when I press it, neither with the old bulb nor with a
new one. How can I send it back? I have:
- the receipt
- the box

Thanks in advance for your help!

Best regards,
Ann Lee
Sales Manager
Tel: +84 909 123 456

On Mon, Nov 23, 2026 at 10:00 AM Lamp Support <support@example.com>
wrote:

> Dear Ann,
> your lamp is on its way.
>> Where is my lamp?

Sent from my iPhone
""",
        [
            "~ Hi team",
            "~ I hope you are well.",
            "! I bought a lamp from your shop last week and the small switch on its side does not"
            " do anything when I press it, neither with the old bulb nor with a new one.",
            "? How can I send it back?",
            ". I have:",
            ". the receipt",
            ". the box",
            "~ Thanks in advance for your help!",
        ],
    ),
    "a Vietnamese mail": (
        """Kính gửi Quý công ty,

Tôi đã thanh toán đơn hàng 12345 từ thứ hai nhưng đến nay vẫn chưa nhận được hàng.
Cho tôi hỏi khi nào hàng được giao ạ? Xin cảm ơn quý công ty.

Trân trọng,
Nguyễn Thị Lan
SĐT: 0909 123 456

Vào Th 2, 23 thg 11, 2026 vào lúc 10:00 Cửa hàng <shop@example.com> đã viết:

Chào bạn, đơn hàng của bạn đã được gửi.
""",
        [
            "~ Kính gửi Quý công ty",
            "! Tôi đã thanh toán đơn hàng 12345 từ thứ hai nhưng đến nay vẫn chưa nhận được hàng.",
            "? Cho tôi hỏi khi nào hàng được giao ạ?",
            "~ Xin cảm ơn quý công ty.",
        ],
    ),
    "a Chinese mail, wrapped in the middle of a sentence": (
        """您好，辛苦了：

我上週在貴店買了一支手機，昨天開始螢幕打不開，按電源鍵也沒有反應，請問要怎麼
送修？需要帶發票嗎？

先謝謝您
王小明 敬上

從我的 iPhone 傳送

客服 <support@example.com> 於 2026年11月23日 週一 上午10:32寫道：
> 您好，手機已寄出。
""",
        [
            "~ 您好，辛苦了：",
            "? 我上週在貴店買了一支手機，昨天開始螢幕打不開，按電源鍵也沒有反應，請問要怎麼送修？",
            "? 需要帶發票嗎？",
            "~ 先謝謝您",
        ],
    ),
    "Simplified Chinese": (
        "你好！我的账号登录不了，一直提示密码错误。请问怎么找回密码？谢谢\n\n此致\n敬礼\n李雷",
        ["~ 你好！", "! 我的账号登录不了，一直提示密码错误。", "? 请问怎么找回密码？", "~ 谢谢"],
    ),
    "a Vietnamese chat without accents": (
        "shop oi\ncho em hoi lam sao de doi mat khau\nem ko vao duoc\ncam on shop nhieu",
        [
            "~ shop oi",
            "? cho em hoi lam sao de doi mat khau",
            "! em ko vao duoc",
            "~ cam on shop nhieu",
        ],
    ),
    "a chat without capitals and spaces": (
        "hi there,i cant log in. it says error 4.5!!help me please.Is the site down",
        [
            "~ hi there",
            "! i cant log in.",
            "! it says error 4.5!!",
            "~ help me please.",
            "? Is the site down",
        ],
    ),
    "courtesies around a question in one sentence": (
        "Dạ em chào shop, cho em hỏi bên mình có giao ra Hà Nội không ạ, em cảm ơn",
        ["~ Dạ em chào shop", "? cho em hỏi bên mình có giao ra Hà Nội không ạ", "~ em cảm ơn"],
    ),
    "courtesies without a comma": (
        "hello how do i change my plan thank you so much",
        ["~ hello", "? how do i change my plan", "~ thank you so much"],
    ),
    "Chinese courtesies without a comma": (
        "您好請問如何退款謝謝",
        ["~ 您好", "? 請問如何退款", "~ 謝謝"],
    ),
    "addresses, numbers and abbreviations": (
        "Prices, e.g. 4.99 vs. 5.99, differ at www.example.com/a.b?c=d. Dr. Who saw invoice.pdf"
        " at 5 p.m. today... and 「又貴了。」他說。",
        [
            ". Prices, e.g. 4.99 vs. 5.99, differ at www.example.com/a.b?c=d.",
            ". Dr. Who saw invoice.pdf at 5 p.m. today... and 「又貴了。」",
            ". 他說。",
        ],
    ),
    "answers between the lines of a quote": (
        "On Mon, 23 Nov 2026, Bob wrote:\n> Did you restart it?\nYes, twice.\n"
        "> Which version?\n4.5",
        [". Yes, twice.", ". 4.5"],
    ),
    "something forwarded, with its subject": (
        """FYI

---------- Forwarded message ---------
From: Ann <ann@example.com>
Date: Mon, Nov 23, 2026 at 10:00 AM
Subject: Fwd: Refund never arrived
To: <support@example.com>

Hello,
I am waiting since May.

CONFIDENTIALITY NOTICE: This email is
for its reader only.
""",
        ["! Refund never arrived", "~ Hello", ". I am waiting since May."],
    ),
    "Outlook, and the mail below it": (
        """The new version cannot print.

________________________________
From: Support
Sent: Monday, November 23, 2026 10:00
To: Ann
Subject: RE: Printing

Please install the new version.
""",
        ["! The new version cannot print."],
    ),
    "Outlook in Vietnamese": (
        "Máy in bị kẹt giấy\n\n"
        "Từ: Hỗ trợ\nĐã gửi: Thứ Hai\nTới: Lan\nChủ đề: Máy in\n\nBạn thử lại.",
        ["! Máy in bị kẹt giấy"],
    ),
    "Outlook in Chinese, the whole mail": (
        "寄件者: 王小明 <w@example.com>\n寄件日期: 2026年11月23日\n收件者: 客服\n"
        "主旨: 回覆：退款\n\n要多久？",
        [". 退款", "? 要多久？"],
    ),
    "a question that is announced on a line of its own": (
        "請問\n如何更改密碼\n謝謝",
        ["~ 請問", "? 如何更改密碼", "~ 謝謝"],
    ),
    "a signature without a farewell's comma, and a notice": (
        "至今尚未收到商品，煩請協助查詢。\n\n敬祝 商祺\n\n王大明\n電話：0912-345-678\n\n"
        "本郵件及其附件可能包含機密資訊，若您並非指定收件人，請立即刪除。",
        ["! 至今尚未收到商品，煩請協助查詢。"],
    ),
    "the original message below": (
        "It broke again.\n\n-----Original Message-----\nWe mended it.",
        ["! It broke again."],
    ),
    "Apple Mail forwards": (
        "Begin forwarded message:\n\nFrom: a@example.com\nSubject: Size\n\nDo you have it in blue?",
        [". Size", "? Do you have it in blue?"],
    ),
    "a chat with times and names": (
        "[10:32] Ann: hi\n[10:33] Ann: my card was declined\n[10:33] Agent: Which card?\n"
        "10:34 Ann: visa",
        ["! my card was declined", ". visa"],
    ),
    "a chat by roles": (
        "Khách hàng: App bị văng ra\nNhân viên: Bạn dùng máy gì?\nAndroid hay iOS?\n"
        "Khách hàng: Android",
        ["! App bị văng ra", ". Android"],
    ),
    "a chat history of WhatsApp": (
        "[23/11/2026, 10:32:05] Ann Lee: where is my parcel\n"
        "[23/11/2026, 10:33:05] Ann Lee: order 5",
        ["? where is my parcel", ". order 5"],
    ),
    "a postscript below the name": (
        "My code expired.\n\nRegards\nAnn\n\nP.S. where is my invoice",
        ["! My code expired.", "? where is my invoice"],
    ),
    "a signature with a delimiter": (
        "Can I pay by card\n\n-- \nAnn Lee | Example Ltd.\nexample.com",
        ["? Can I pay by card"],
    ),
    "a card of contacts without a farewell": (
        "Can I pay by card?\n\nAnn Lee\nExample Ltd.\nMobile: 0909 123 456",
        ["? Can I pay by card?"],
    ),
    "a last word that may be an answer": ("Which one?\n\nAndroid", ["? Which one?", ". Android"]),
    "thanks and a name": ("Tôi muốn đổi size\nCảm ơn,\nLan", [". Tôi muốn đổi size"]),
    "a telephone that names itself": (
        "Tôi quên mật khẩu\n\nGửi từ iPhone của tôi",
        ["! Tôi quên mật khẩu"],
    ),
    "Chinese wishes": ("想請問運費怎麼算\n\n順頌 商祺\n王小明", ["? 想請問運費怎麼算"]),
    "a request to think of the trees": (
        "Where is it?\n\nPlease consider the environment before printing this email.",
        ["? Where is it?"],
    ),
    "a timetable is no head of a mail": (
        "Từ: Hà Nội\nĐến: Huế\nNgày: 12/5\nCho em hỏi giá vé",
        [". Từ: Hà Nội", ". Đến: Huế", ". Ngày: 12/5", "? Cho em hỏi giá vé"],
    ),
    "what looks like a notice is the wish": (
        "Hi,\n\nthis email is what I want to delete",
        [". this email is what I want to delete"],
    ),
}
