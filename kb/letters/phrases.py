"""What people write in mails and chats around what they want, in English, Vietnamese and Chinese.

Phrases are separated by `|` or line ends. `…` stands for a few words between two others; the usual
spellings of `SPELLINGS` are tried for each Vietnamese word, and accents, capitals, apostrophes and
the variant of Chinese characters do not matter (`kb.letters.patterns` sees to it).
"""

# How chats write these words.
SPELLINGS = {
    "không": "không|ko|k|kh|kg|hông|hong|hok|hem|hổng|khum",
    "được": "được|đc|dc|đk",
    "gì": "gì|j",
    "rồi": "rồi|r|rùi|roài",
    "cảm ơn": "cảm ơn|cám ơn|cảm ơm|cảmơn",
    "mình": "mình|mk|mìn",
    "vậy": "vậy|v|z|zậy",
}

# --- What a sentence asks -----------------------------------------------------------------------

# At the beginning of a sentence or after a comma.
QUESTION_OPENERS = """
how | why | where | who | whom | whose | what | which | how come | whats | hows | when do
when does | when did | when will | when can | when is | when are | when should | can i | can we
can you | can someone | can anyone | can it | can my | could i | could you | could we
could someone | may i | may we | might i | shall i | should i | should we | must i | do i | do you
do we | does | did you | did my | is it | is there | is this | is that | is my | is your | is the
are there | are you | are my | are the | are we | am i | was my | were my | will you | will i
will my | will it | will the | would you | would it | has my | has the | have you | anyone know
anybody know | any idea | any way to | any chance | any update
"""

QUESTIONS = """
how do i | how do you | how do we | how to | how can i | how can we | how could i | how should i
how much | how many | how long | what should i | what do i | what can i | where can i | where do i
want to know | like to know | need to know | wanna know | wondering | would like to ask
want to ask | like to ask | is it possible | is there a way | is there any | tell me how
tell me what | tell me if | tell me whether | tell me why | tell me where | let me know how
let me know if i | let me know what | let me know whether | show me how | explain how | explain why
advise how | advise on | not sure how | not sure if | not sure what | not sure whether
not sure where | unsure how | unsure if | don't know how | don't know where | don't know what
no idea how | no idea why | my question is | quick question | i have a question | clarify whether
confirm if | confirm whether | can you tell | can you explain | can you please | could you please

làm sao | làm thế nào | như thế nào | thế nào | ntn | cách nào | bằng cách nào | tại sao | vì sao
sao lại | sao không | sao chưa | sao mà | sao em | sao mình | sao tôi | sao shop | bao nhiêu
bao lâu | bao giờ | bn tiền | khi nào | lúc nào | ở đâu | chỗ nào | đi đâu | cái gì | là gì
gì không | gì để | cần gì | cần những gì | mấy ngày | mấy giờ | mấy tháng | mấy lần | có được không
được không | được hay không | có … không | có phải … không | có thể … không | đã … chưa
phải không | đúng không | hay không | cho hỏi | cho em hỏi | cho mình hỏi | cho tôi hỏi
cho anh hỏi | cho chị hỏi | xin hỏi | muốn hỏi | hỏi chút | hỏi tí | hỏi xíu | hỏi về | em hỏi
mình hỏi | hướng dẫn em | hướng dẫn mình | hướng dẫn tôi | hướng dẫn giúp | hướng dẫn cách
chỉ em cách | chỉ mình cách | chỉ giúp | không biết có | không biết là | không biết cách
không biết làm | không biết phải | chưa biết cách | không rõ là | không rõ có | ai biết
nên làm gì | phải làm gì | phải làm sao | làm gì | xin cách | tư vấn giúp | tư vấn cho | muốn biết

請問 | 想問 | 想請問 | 請教 | 請告訴我 | 請告知 | 請說明 | 想知道 | 想了解 | 想確認 | 不知道能
不知道可 | 不知道怎 | 不知道該 | 不知道如何 | 不知如何 | 不清楚 | 如何 | 怎麼 | 怎样 | 怎樣 | 怎么
咋 | 為什麼 | 為甚麼 | 為何 | 什麼時候 | 什麼 | 甚麼 | 啥 | 哪裡 | 哪裏 | 哪兒 | 哪個 | 哪些 | 哪一
哪種 | 幾天 | 幾點 | 幾個 | 幾次 | 多少 | 多久 | 多長時間 | 何時 | 可不可以 | 能不能 | 是不是
有沒有 | 會不會 | 要不要 | 需不需要 | 行不行 | 對不對 | 好不好 | 可否 | 能否 | 是否 | 可以…嗎
能…嗎 | 點樣 | 點解 | 邊度 | 幾時 | 有冇 | 係咪 | 可唔可以 | 乜嘢
"""

# At the end of a sentence, perhaps before a particle or a form of address.
QUESTION_ENDS = """
không | chưa | đâu | gì | nào | hả | nhỉ | sao | bao nhiêu | hay sao | 嗎 | 麼 | 呢 | 了沒 | 了沒有
咩 | 未呀
"""
PARTICLES = """
ạ | a | ah | ak | ạh | vậy | thế | nhỉ | nhé | nha | ta | shop | ad | admin | bạn | em | anh | chị
mn | mọi người | 啊 | 呀 | 喔 | 哦 | 呢
"""

# --- What a sentence complains of ---------------------------------------------------------------

PROBLEMS = """
cannot | can't | can not | couldn't | could not | unable | not able to | doesn't | does not
didn't | did not | won't | will not | wouldn't | isn't | is not | aren't | hasn't | has not
haven't | have not | wasn't | not working | not loading | not showing | not found | not recognized
not recognised | not responding | not received | never received | never arrived | never got
never came | no longer | stopped working | stops working | no response | no reply | nothing happens
nothing helped | nothing helps | nothing works | still not | not arrived | nobody answers
no one answers | nobody replies | no one replies | fail | fails | failed | failing | failure
error | errors | problem | problems | issue | issues | trouble | bug | bugs | crash | crashes
crashed | crashing | broken | broke | stuck | freeze | freezes | frozen | hangs | missing | wrong
wrongly | incorrect | lost | forgot | forgotten | blocked | locked | denied | rejected | declined
refused | refuses | invalid | disappeared | vanished | damaged | defective | faulty | cracked
leaking | charged twice | billed twice | paid twice | double charged | overcharged | expired
hacked | stolen | scam | scammed | fraud | too slow | very slow | so slow | blank page
blank screen | black screen | white screen | timed out | timeout | times out | late | delayed
overdue | complain | complaint | unacceptable | disappointed | frustrated | frustrating
ridiculous | annoying | keeps asking | keeps saying | keeps showing | still waiting | out of order
unauthorized | suspended

không thể | không … được | không vào | không vô | không nhận | không thấy | không mở | không chạy
không lên | không hiện | không hiển thị | không hoạt động | không gửi | không tải | không kết nối
không có phản hồi | không phản hồi | không ai trả lời | không giống | không đúng | không đăng nhập
không hiểu sao | chưa nhận | chưa thấy | chưa được | chưa có | chưa giao | chưa hoàn | vẫn chưa
vẫn không | vẫn bị | mãi không | hoài không | mà không | lỗi | bị | báo sai | hỏng | hư rồi | bị hư
hết hạn rồi | mất tiền | mất đơn | mất mật khẩu | mất tài khoản | mất dữ liệu | quên mật khẩu
quên mk | sai mật khẩu | sai địa chỉ | sai hàng | giao sai | giao nhầm | giao thiếu | thiếu hàng
trục trặc | sự cố | vấn đề | thất bại | khiếu nại | phản ánh | lừa đảo | bực | thất vọng | quá chậm
rất chậm | chậm quá | lâu quá | đơ | văng ra | treo máy | trễ | trừ tiền

無法 | 不能 | 不行 | 不了 | 不開 | 不到 | 不進 | 不上 | 不出 | 不動 | 不起來 | 不掉 | 不見了 | 不回
壞了 | 壞掉 | 故障 | 當機 | 死機 | 閃退 | 卡住 | 卡頓 | 沒反應 | 沒有反應 | 沒回應 | 沒有回應
沒收到 | 沒有收到 | 未收到 | 還沒 | 還未 | 尚未 | 遲遲 | 仍然 | 失敗 | 錯誤 | 錯了 | 出錯 | 報錯
異常 | 有問題 | 出問題 | 出現問題 | 的問題 | 消失 | 遺失 | 丟失 | 弄丟 | 忘記 | 忘了 | 破損 | 破掉
破了 | 瑕疵 | 損壞 | 寄錯 | 發錯 | 少了 | 少寄 | 漏寄 | 缺件 | 重複扣 | 多扣 | 扣了兩 | 被扣 | 被盜
被鎖 | 被擋 | 被封 | 被停 | 被退 | 被拒 | 詐騙 | 投訴 | 客訴 | 抱怨 | 太慢 | 很慢 | 太久 | 很久
過期 | 失效 | 無效 | 黑屏 | 黑畫面 | 白畫面 | 亂碼 | 唔到 | 唔得 | 冇收到 | 壞咗 | 沒辦法 | 没法
没用 | 沒有用
"""

# Hold words of the list above but no complaint.
HARMLESS = """
no problem | no problems | no issue | no issues | can't wait | cannot wait | without any problem
without problems | không sao | không vấn đề | không có vấn đề | không có gì | không có chi
không bị | vấn đề này | 沒問題 | 沒有問題 | 不好意思 | 不客氣 | 不了解 | 不瞭解 | 不動產 | 不過
不到底
"""

# --- Courtesies ---------------------------------------------------------------------------------

GREETINGS = """
hi | hello | hey | hiya | helo | greetings | dear | good morning | good afternoon | good evening
good day | to whom it may concern | hi there | hello there

chào | xin chào | kính chào | dạ chào | em chào | dạ em chào | mình chào | tôi chào | alo | a lô
alô | kính gửi | thân gửi | shop ơi | ad ơi | bạn ơi | anh ơi | chị ơi | em ơi | cho em làm phiền
dạ

您好 | 你好 | 哈囉 | 哈啰 | 嗨 | 早安 | 午安 | 晚安 | 早上好 | 上午好 | 下午好 | 晚上好 | 敬啟者
親愛的 | 不好意思 | 打擾了 | 抱歉打擾 | 客服您好 | 客服你好 | 小編您好 | 小編你好
"""

THANKS = """
thanks | thank you | thank u | thankyou | thx | thnx | tks | many thanks | much appreciated
cheers | appreciate it | appreciate your | i appreciate | grateful

cảm ơn | thank | tks shop | đội ơn | biết ơn | tạ ơn

謝謝 | 多謝 | 感謝 | 感恩 | 謝啦 | 謝了 | 拜謝 | 致謝 | 唔該 | 鞠躬
"""

# Small talk, wishes, and pleas that say nothing of what is wanted.
OTHER_COURTESIES = """
hope you are | hope you're | hope you had | hope you have | hope u are | hope this | hope all is
hope everything is | hope that you are | hope your day | how are you | how are things
how's it going | nice to meet you | sorry to bother you | sorry to bother | sorry for bothering
sorry to disturb | sorry for the long message | sorry for my english | excuse my english
excuse me | have a nice | have a great | have a good | enjoy your | take care
look forward to hearing | looking forward to | look forward to your | hear from you
hear back from you | please help | pls help | help me please | can you help | could you help
can anyone help | can someone help | anyone there | anybody there | is anyone there | are you there
you there | best regards | kind regards | warm regards | regards | sincerely | yours truly
keep up the good work | great job | happy new year | merry christmas | best wishes | all the best
i love your | big fan of | please reply | please respond | asap | see below | see the message below
forwarded | fyi | for your information | hope someone can | find attached | i have a question
quick question | a question for you

chúc | mong phản hồi | mong nhận được | mong sớm | mong được | mong shop | rất mong | trân trọng
thân mến | thân ái | làm phiền | xin lỗi đã | xin lỗi vì đã | thông cảm | giúp em với
giúp mình với | giúp tôi với | giúp với | giúp đỡ | mong hỗ trợ | hỗ trợ em với | hỗ trợ mình với
hỗ trợ giúp | có ai ở đó không | có ai không | có đó không | có ở đó không | còn đó không
rep em với | rep mình với | trả lời em với | trả lời giúp | vâng | dạ vâng | xem bên dưới
xem thư bên dưới | khỏe không | cho hỏi | cho em hỏi | cho mình hỏi | cho tôi hỏi | xin hỏi
cho em hỏi chút | em hỏi chút | mình hỏi chút

辛苦 | 麻煩您 | 麻煩你 | 麻煩了 | 麻煩幫忙 | 拜託 | 祝您 | 祝你 | 祝大家 | 祝福 | 祝 | 敬祝 | 順頌
順祝 | 商祺 | 此致 | 敬禮 | 敬上 | 期待 | 等候 | 靜候 | 盼 | 希望您一切 | 希望你一切 | 希望一切
希望這封 | 在嗎 | 在不在 | 有人在嗎 | 有人嗎 | 幫幫我 | 幫幫忙 | 請幫忙 | 請協助 | 百忙之中 | 見諒
抱歉 | 久仰 | 請問 | 想請問 | 想請教 | 請教 | 想問 | 近來好嗎 | 最近好嗎 | 如下 | 請見下方
請看下面 | 轉寄
"""

# May stand beside a courtesy without making more of it: forms of address and empty words.
ADDRESSES = """
team | all | everyone | everybody | there | sir | madam | ma'am | mr | mrs | ms | miss | sirs
guys | folks | friend | friends | support | customer | service | care | staff | admin | admins
again | help desk | helpdesk | support team | customer service | customer support | customer care

shop | ad | admin | sốp | bạn | các bạn | anh | chị | em | anh chị | ac | quý công ty
quý cửa hàng | cả nhà | mọi người | mn | cô | chú | bác | ban quản trị | bộ phận
chăm sóc khách hàng | cskh | đội ngũ | công ty | cửa hàng | nhân viên | team | nhà mình | bên mình
ạ | ơi | nha | nhé

大家 | 各位 | 客服 | 客服人員 | 客服中心 | 小編 | 人員 | 團隊 | 先生 | 小姐 | 女士 | 經理 | 主任
老師 | 老闆 | 店家 | 賣家 | 版主 | 貴公司 | 貴司 | 貴店 | 親 | 們
"""
FILLERS = """
a | an | and | or | the | of | so | very | much | lot | lots | bunch | tons | million | in
advance | for | to | you | your | yours | our | my | me | i | i'm | we | u | ur | is | are | am
be | have | has | had | will | would | really | truly | again | too | ahead | as | at | on | with
from | that | this | it | all | any | kind | kindly | please | pls | plz | help | helping | helps
support | supporting | time | reply | response | answer | attention | assistance | patience
understanding | consideration | quick | prompt | fast | speedy | soon | well | fine | good | great
nice | lovely | wonderful | safe | happy | doing | going | today | day | week | weekend | evening
morning | afternoon | email | e-mail | mail | message | letter | finds | find | family | best
everything | once | always | dear | just | ok | okay | oh | back | forward | hearing | business
work | service | company | kindest | guys | if | can | long | english | bad | possible

dạ | vâng | và | với | nhiều | rất | lắm | trước | đã | đang | sẽ | vì | sự | của | được | cho | để
ở | là | thì | hỗ trợ | giúp đỡ | giúp | quan tâm | phản hồi | trả lời | hồi âm | thời gian | một
ngày | tuần | buổi sáng | buổi tối | buổi chiều | buổi | sáng | trưa | chiều | tối | tốt lành | tốt
đẹp | vui vẻ | vui | sức khỏe | sức khoẻ | khỏe | khoẻ | mạnh | thành công | luôn | thật | lần nữa
lần | nữa | hy vọng | hi vọng | mong | sớm | xin | chân thành | thành | chân | kính | tôi | mình
tui | tớ | cháu | con | trong | nhanh | thư | tin nhắn | ạ | nhen | nghen | nè | nhe | nhỉ | à | ừ
ok | quý | các | từ | phía | chút | tí | xíu | buôn may bán đắt | bán đắt | đắt hàng | hạnh phúc
may mắn | an lành

的 | 了 | 您 | 你 | 我 | 我們 | 先 | 很 | 非常 | 十分 | 萬分 | 真的 | 再次 | 提前 | 預先 | 幫忙
幫助 | 協助 | 支持 | 支援 | 服務 | 回覆 | 回復 | 答覆 | 回信 | 回應 | 解答 | 耐心 | 時間 | 抽空
撥冗 | 閱讀 | 一切 | 平安 | 順利 | 順心 | 愉快 | 生意興隆 | 安好 | 安康 | 健康 | 都好 | 好 | 今天
一天 | 週末 | 周末 | 新年快樂 | 快樂 | 希望 | 盡快 | 儘快 | 早日 | 能 | 得到 | 收到 | 在 | 此 | 向
致 | 以 | 啊 | 呀 | 唷 | 喔 | 哦 | 啦 | 囉 | 呢 | 嗎 | 請 | 麻煩 | 這 | 封 | 信 | 郵件 | 讓 | 為
一下 | 中 | 給 | 並 | 也 | 都 | 工作 | 身體 | 佳音 | 您們 | 你們 | 最近 | 近來 | 到 | 到您
"""

# --- What surrounds a letter --------------------------------------------------------------------

# The words that end a line which says who wrote what is quoted below, and those that begin it.
WROTE = "wrote | writes | đã viết | viết | 寫道 | 寫 | 写道"
WROTE_BEGINS = "on | at | vào | ngày | lúc | 於 | 于 | 在"

THREAD_MARKS = """
original message | forwarded message | reply message | original email | original mail
begin forwarded message | forwarded by | please type your reply above this line
original appointment | thư gốc | tin nhắn gốc | thư đã chuyển tiếp | thư được chuyển tiếp
bắt đầu thư được chuyển tiếp | tin nhắn được chuyển tiếp | tin nhắn chuyển tiếp
thông báo được chuyển tiếp | 原始郵件 | 原始信件 | 原始訊息 | 原文 | 轉寄的郵件 | 轉寄郵件
轉寄訊息 | 轉寄的訊息 | 轉發郵件 | 轉發的郵件 | 已轉寄郵件 | 開始轉寄郵件 | 開始轉寄的郵件
開始轉發的郵件 | 轉寄信件 | 開始轉寄訊息
"""

# The labels of a mail's head. A head has a subject or an address; a timetable has neither.
SUBJECT_LABELS = "subject | chủ đề | tiêu đề | 主旨 | 主題 | 標題"
OTHER_LABELS = """
from | sent | date | to | cc | bcc | reply-to | importance | attachments | sent by | sent on | từ
người gửi | gửi từ | đã gửi | ngày | ngày gửi | gửi lúc | thời gian | tới | đến | gửi đến | gửi tới
người nhận | đồng gửi | tệp đính kèm | 寄件者 | 寄件人 | 發件人 | 發信人 | 自 | 寄件日期 | 寄送日期
傳送時間 | 發送時間 | 發送日期 | 日期 | 時間 | 已傳送 | 收件者 | 收件人 | 收信人 | 至 | 副本 | 抄送
密件副本 | 附件 | 重要性
"""
REPLY_MARKS = "re | fw | fwd | aw | tr | trả lời | chuyển tiếp | 回覆 | 回复 | 答覆 | 轉寄 | 轉發"

SIGN_OFFS = """
best regards | kind regards | warm regards | warmest regards | kindest regards | many regards
with regards | with best regards | with kind regards | regards | rgds | brgds | br | best wishes
best | with best wishes | all the best | sincerely | sincerely yours | yours sincerely
yours faithfully | yours truly | respectfully | respectfully yours | cordially | cheers | warmly
take care | yours | trân trọng | trân trọng kính chào | xin trân trọng | thân mến | thân ái | thân
kính thư | kính chào | kính thư trân trọng | chào thân ái | chào trân trọng | trân trọng cảm ơn
"""
# Alone on a line, or with a few characters: 順頌 商祺.
CHINESE_SIGN_OFFS = "順頌 | 順祝 | 敬祝 | 敬頌 | 即頌 | 此致 | 敬禮 | 商祺 | 祝"
# After the name: 王小明 敬上.
SIGNED = "敬上 | 謹上 | 謹啟 | 敬啟 | 拜上 | 敬禮 | kính thư | kính bút"

SENT_FROM = """
sent from my | sent from mail for | sent from outlook | sent from yahoo | sent from gmail
sent via | sent with | sent using | sent from proton | get outlook for | download outlook
sent from a mobile | gửi từ iphone | gửi từ ipad | gửi từ điện thoại | gửi từ android
gửi từ samsung | gửi từ outlook | gửi từ mail | gửi từ thiết bị | đã gửi từ | được gửi từ
tải outlook | tải xuống outlook | gửi bằng | 從我的 | 從 iphone | 我的 iphone | 傳送自 | 寄自我的
發自我的 | 來自我的 | 從 outlook | 取得 outlook | 下載 outlook | 使用 outlook | 從 samsung | 由我的
"""

CONTACT_LABELS = """
tel | telephone | phone | mobile | mob | cell | fax | e-mail | email | web | website | address
office | hotline | skype | zalo | wechat | line id | whatsapp | t | m | p | e | f | w | a
điện thoại | đt | sđt | di động | địa chỉ | mst | 電話 | 手機 | 傳真 | 信箱 | 電子郵件 | 電郵
郵箱 | 網址 | 網站 | 地址 | 微信 | 行動電話 | 分機
"""

# Begin a paragraph, or the rest of one, that a machine appended.
BOILERPLATE = """
this e-mail is | this email is | this message is confidential | this message is intended
this e-mail and | this email and | this message and any | this communication is
this e-mail message | this email message | this e-mail may contain | this email may contain
this message may contain | the information contained in this | the information in this e-mail
the information in this email | the contents of this email | the contents of this e-mail
if you are not the intended | if you have received this email in error
if you have received this e-mail in error | if you received this in error | confidentiality notice
legal notice | privileged and confidential | please consider the environment
think before you print | please don't print this | caution: this email | caution: external
external email | this email originated | you don't often get email | you are receiving this
you received this message because | to unsubscribe | click here to unsubscribe | virus-free
this email has been scanned | this message was sent to you | email này và | thư này và
email này chứa | email này có thể | thông tin trong email này | nội dung email này
nội dung thư này | thư điện tử này | tuyên bố bảo mật | lưu ý bảo mật | thông báo bảo mật
nếu bạn không phải là người nhận | nếu quý vị không phải | hãy cân nhắc trước khi in
vui lòng cân nhắc trước khi in | hãy bảo vệ môi trường | vui lòng bảo vệ môi trường
bạn nhận được email này | 本郵件 | 本電子郵件 | 此郵件及 | 此電子郵件 | 本信件 | 此信件可能
本電郵 | 此電郵 | 本訊息 | 這封郵件及 | 保密聲明 | 機密聲明 | 免責聲明 | 如果您不是 | 如您並非
若您並非 | 若您非 | 請考慮環境 | 列印前請 | 打印前請 | 請愛護地球 | 外部郵件
"""

# Who speaks, in a copied chat.
CUSTOMERS = """
customer | visitor | khách | khách hàng | người mua | 客戶 | 顧客 | 用戶 | 訪客 | 買家 | 客人
"""
AGENTS = """
agent | support agent | operator | bot | chatbot | representative | nhân viên | tư vấn viên | cskh
tổng đài | 客服 | 客服人員 | 專員 | 小編 | 機器人
"""
POSTSCRIPTS = "ps | p.s | p.s. | tb | t.b | tái bút | 又及 | 附言 | 補充"
