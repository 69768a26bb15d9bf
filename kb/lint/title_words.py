"""The words by which a title is known as a question, a task or a problem: see kb.lint.titles."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(text.split()).split(", "))


ENGLISH_ASKS = _words(
    """
am, are, can, could, did, do, does, has, have, how, i, is, may, might, must, my, should, was, we,
were, what, when, where, which, who, whom, whose, why, will, would
"""
)

ENGLISH_TASKS = _words(
    """
accept, access, activate, add, adjust, allow, answer, apologise, apologize, apply, approve, ask,
assign, associate, attach, authenticate, authorize, back, block, book, bring, browse, build, buy,
calculate, call, cancel, capture, change, charge, chat, check, choose, claim, clean, clear, close,
collect, combine, compare, compile, complete, compose, configure, confirm, connect, consolidate,
contact, control, convert, copy, correct, create, customise, customize, deactivate, debug, decide,
declare, define, delegate, delete, deliver, deploy, describe, design, detach, determine, develop,
diagnose, disable, disassociate, discard, disconnect, discover, display, dissociate, do, download,
draft, drag, edit, email, embed, empower, enable, encrypt, end, enforce, enroll, ensure, enter,
escalate, estimate, evaluate, exclude, execute, exit, expand, explain, export, extend, extract,
fill, filter, find, finish, fix, follow, force, format, forward, gather, generate, get, give, go,
grant, group, grow, hand, handle, help, hide, host, identify, ignore, impersonate, implement,
import, improve, include, increase, initiate, insert, inspect, install, integrate, investigate,
invite, invoke, issue, join, jump, keep, learn, leave, let, limit, link, list, load, locate, lock,
log, look, maintain, make, manage, map, mark, measure, mention, merge, migrate, mitigate, modify,
monitor, move, mute, name, navigate, obtain, open, opt, optimise, optimize, order, organise,
organize, override, paginate, pair, park, pause, pay, perform, permit, personalise, personalize,
pick, pin, place, plan, play, populate, post, prepare, present, prevent, preview, print, process,
profile, promote, protect, prove, provide, publish, purchase, put, query, raise, reach, read,
reassign, rebuild, recall, receive, reclaim, recognise, recognize, recommend, reconnect, record,
recover, redeem, redirect, reduce, refer, refine, refresh, refund, register, reinstall, relate,
release, remove, rename, renew, reopen, repair, replace, reply, report, request, require,
reschedule, resend, reserve, reset, resize, resolve, respond, restart, restore, restrict,
retrieve, return, reuse, reverse, review, revoke, rotate, round, route, run, save, say, scan,
schedule, search, secure, see, select, sell, send, serialize, set, settle, setup, share, ship,
show, sign, simplify, simulate, size, skip, sort, specify, split, start, stop, store, stream,
strengthen, style, submit, subscribe, sum, suppress, suspend, switch, sync, synchronise,
synchronize, tag, tailor, take, tell, test, toggle, track, train, transfer, translate, trigger,
troubleshoot, try, turn, type, unblock, understand, undo, uninstall, unlink, unlock, unmute,
unsubscribe, update, upgrade, upload, use, validate, verify, view, void, wait, watch, wipe,
withdraw, work, write
"""
)

ENGLISH_PROBLEMS = _words(
    """
after, already, appears, are, aren't, asks, been, blank, blocked, broken, can, can't, cannot,
changed, changes, conflict, conflicts, corrupt, corrupted, couldn't, crash, crashed, crashes,
damaged, delay, delayed, delays, denied, despite, didn't, different, differs, disabled, disappear,
disappeared, disappears, displays, doesn't, don't, dropped, duplicate, duplicated, error, errors,
exception, expired, fail, failed, failing, fails, failure, failures, freezes, get, gets, hang,
hangs, has, have, i'm, i've, if, ignored, incorrect, incorrectly, instead, invalid, is,
isn't, issue, issues, it's, keeps, limit, limitation, limitations, limits, longer, lose, lost,
may, missing, must, ndr, never, no, not, only, opens, problem, problems, prompted, prompts,
quarantined, rejected, remains, requires, retry, returns, shows, signed, slow, stale, stopped,
stops, stuck, takes, timed, timeout, too, trouble, truncated, unable, unauthorized, unavailable,
unexpected, unexpectedly, wants, warning, was, wasn't, were, when, without, won't, wrong, you'll,
you've
"""
)

NO_GERUNDS = _words(
    """
anything, billing, everything, marketing, nothing, pricing, shipping
"""
)

VIETNAMESE_ASKS = _words(
    """
ai, bao giờ, bao lâu, bao nhiêu, bằng cách nào, các bước, cách, có thể, gì, hay không, hướng dẫn,
khi nào, là gì, làm cách nào, làm sao, làm thế nào, mấy, nào, phải không, ra sao, sao, thế nào,
tại sao, vì sao, đâu, được không, ở đâu
"""
)

VIETNAMESE_TASKS = _words(
    """
bao gồm, biến, bàn giao, bán, báo, bảo, bảo vệ, bật, bắt đầu, bỏ, bỏ qua, bổ sung, chia, chia sẻ,
chiếu, cho, cho phép, chuyển, chuyển đổi, chuẩn bị, chèn, chép, chạy, chấp nhận, chặn, chỉ định,
chỉnh, chọn, chụp, cung cấp, cài, cài đặt, cá nhân hoá, cá nhân hóa, cải thiện, cấp, cấu hình, cập
nhật, cộng tác, di chuyển, di trú, duyệt, dán, dùng, dịch, dọn, dừng, ghi, ghi lại, ghi âm, ghim,
ghép, gia hạn, gia nhập, giao, giám sát, giải quyết, giảm, giới thiệu, giữ, gán, gõ, gắn, gặp,
gọi, gộp, gỡ, gửi, hiển thị, hiểu, hoàn, hoàn nguyên, hoàn thành, hoàn tất, hoãn, huỷ, huỷ bỏ, hạn
chế, học, hỏi, hợp nhất, hợp tác, hủy, hủy bỏ, in, khai báo, khoá, khám phá, khóa, khôi phục, khắc
phục, khởi tạo, khởi động, kiểm soát, kiểm tra, kèm, kéo, kí, kích hoạt, ký, kết nối, kết thúc,
liên hệ, liên kết, liệt kê, loại bỏ, làm, làm sạch, làm việc, lên, lưu, lưu trữ, lấy, lập, lắp,
lọc, mua, mã hóa, mời, mở, ngăn, ngắt, ngừng, nhân bản, nhóm, nhúng, nhận, nhận diện, nhận dạng,
nhập, nhắc, nâng cấp, nối, nộp, phát hiện, phát hành, phân, phân công, phân tích, phê duyệt, phản
hồi, phục hồi, quay, quay lại, quay về, quyết toán, quét, quản lí, quản lý, rút, rời, sao chép,
sao lưu, so sánh, sắp xếp, sử dụng, sửa, tham gia, tham khảo, thay, thay thế, thay đổi, theo dõi,
thiết kế, thiết lập, thoát, thu, thu hồi, thêm, thông báo, thử, thực hiện, tiếp, tiếp nhận, triển
khai, truy cập, truy nhập, trình bày, trình chiếu, trả, trả lời, trở lại, tuỳ biến, tuỳ chỉnh,
tách, tìm, tìm hiểu, tìm kiếm, tích hợp, tính, tùy biến, tùy chỉnh, tăng, tạm, tạm dừng, tạo, tải,
tắt, tắt tiếng, tối ưu, tối ưu hóa, tổ chức, từ chối, viết, vô hiệu, vẽ, xem, xin lỗi, xoá, xuất,
xuất bản, xác minh, xác nhận, xác thực, xác định, xây dựng, xóa, xếp, xử lí, xử lý, yêu cầu, ánh
xạ, áp dụng, điền, điều chỉnh, điều tra, đo, đánh dấu, đánh giá, đính kèm, đóng, đăng, đăng kí,
đăng ký, đăng nhập, đăng xuất, đưa, đảo, đẩy, đặt, đặt lại, đếm, đề nghị, đề xuất, đọc, đối chiếu,
đồng bộ, đổi, ước tính, ẩn
"""
)

VIETNAMESE_PROBLEMS = _words(
    """
biến mất, bị, chưa, chậm, chậm trễ, cảnh báo, cần, cố gắng, giới hạn, gặp, hết hạn, hỏng, không,
kẹt, lỗi, mất, ngừng, quá, quên, sai, sự cố, thiếu, thất bại, treo, trễ, trống, trợ giúp, trục
trặc, từ chối, vấn đề, đầy
"""
)

CHINESE_ASKS = _words(
    """
如何, 怎麼, 怎么, 怎樣, 怎样, 什麼, 什么, 甚麼, 為何, 为何, 哪, 嗎, 吗,
呢, 是否, 何時, 何时, 何處, 多久, 多少, 多大, 幾, 能否, 可否, 可不可以,
能不能, 有沒有, 要不要, 是不是, 誰
"""
)

CHINESE_TASKS = _words(
    """
新增, 建立, 建置, 創建, 添加, 加入, 刪除, 移除, 清除, 變更, 更改, 修改,
編輯, 調整, 設定, 設置, 配置, 組態, 啟用, 啟動, 開啟, 打開, 停用, 關閉,
取消, 安裝, 解除, 升級, 更新, 下載, 上傳, 匯入, 匯出, 導入, 導出, 傳送,
發送, 寄送, 接收, 回覆, 轉寄, 轉移, 轉換, 移動, 複製, 貼上, 列印, 檢視,
查看, 檢查, 尋找, 搜尋, 查詢, 篩選, 排序, 選取, 選擇, 指派, 分配, 分享,
共用, 授與, 授權, 管理, 維護, 修復, 修正, 還原, 復原, 恢復, 疑難排解,
排解, 解決, 處理, 登入, 登出, 註冊, 訂閱, 連接, 連線, 連結, 整合, 同步,
合併, 分割, 匹配, 計算, 核准, 審核, 提交, 送出, 發佈, 發布, 公開, 張貼,
過帳, 付款, 退款, 開立, 申請, 預約, 排程, 執行, 驗證, 確認, 測試, 監視,
監控, 追蹤, 記錄, 報告, 產生, 生成, 自訂, 客製, 定義, 規劃, 準備, 估計,
評估, 套用, 使用, 結束, 關帳, 延長, 限制, 允許, 封鎖, 保護, 備份, 封存,
隱藏, 顯示, 交接, 翻譯, 撰寫, 寫, 道歉, 詢問, 回報, 回應, 了解, 瞭解,
深入了解, 認識, 索取, 請求, 附加, 部署, 註銷, 重設, 釋放, 反轉, 沖銷,
結算, 核銷, 扣除, 購買, 銷售, 收取, 盤點, 揀貨, 出貨, 退回, 拒絕, 標記,
群組, 輸入, 輸出, 播放, 錄製, 切換, 加快, 提升, 改善, 避免, 防止, 學習,
安排, 量測, 衡量, 找出, 找到, 放, 收回, 讓, 替, 擬訂, 擬定, 指定,
計劃您, 減少, 增加, 疑難, 提取, 對應, 重新導向, 遷移, 解析, 建構, 編製,
登記, 收集, 訂製, 呼叫, 撥打, 存取, 讀取, 儲存, 保留, 探索, 運用, 參加,
邀請, 加密, 簽署, 調查, 支援, 協助, 需要, 確定, 調試, 偵錯, 取得, 終止,
移轉, 重新分類, 回復, 取代, 召回, 請款, 比較
"""
)

CHINESE_PROBLEMS = _words(
    """
無法, 不能, 不會, 不見, 不正, 不到, 不了, 不是, 不可, 不工作, 沒有, 没有,
未, 失敗, 錯誤, 問題, 異常, 遺失, 遺漏, 缺少, 緩慢, 太慢, 當機, 停止,
中斷, 卡住, 空白, 拒絕, 無效, 警告, 故障, 忘記, 過期, 逾期, 損毀, 重複,
已被, 被, 不在, 不符, 過時, 擱置, 低效能, 退休, 淘汰, 限制, 事件正在
"""
)
