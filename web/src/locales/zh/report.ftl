# 会话的纸质报告：由服务器生成，语句与回放的事件列表相同。

report-download = 报告（PDF）
report-later = 会话结束后可获取报告和数据包。

report-title = 会话报告
report-is-a-copy = 本报告是供阅读的副本。证据是带有签名日志的会话数据包。
report-code = 代码
report-site = 地点
report-session = 会话
report-began = 开始（UTC）
report-ended = 结束（UTC）
report-lasted = 时长
report-made = 报告生成时间（UTC）
report-log = 日志
report-log-verified = 生成本报告时已验证
report-log-broken = 与写入时不一致：见最后一页
report-all-utc = 所有时间均为 UTC，以服务器时钟为准。标记编号与图片中的编号相同。
report-page = 第 { $page } 页，共 { $pages } 页
report-foot = 会话 { $session } · 最后哈希 { $head }…

report-people = 参与人员
report-person = 姓名
report-role = 角色
report-account = 账户
report-no-account = 无（通过代码或链接）
report-joined = 加入
report-left = 离开
report-stayed = 直到结束
report-lost-times = 连接中断
report-recorded = 同意录制
report-yes = 是
report-no = 否

report-labels = 画面中的机器标签
report-no-labels = 没有摄像机看到机器标签：画面无法证明拍摄的是哪台机器。
report-label-same = 本机器的标签。
report-label-other = 警告：不是本会话机器的标签。

report-marks = 标记与指示
report-no-marks = 没有绘制标记，也没有给出指示。
report-mark = 标记 { $mark } · { $shape }
report-mark-kept-before = 标记 { $mark } · { $shape } · 保留自以前的会话
report-step = 指示 { $step }
report-step-about = 指示 { $step }（标记 { $mark }）
report-drawn-by = 绘制者：{ $who }，{ $at }
report-kept-by = 保留在机器上：{ $who }，{ $at }
report-given-by = 指示者：{ $who }，{ $at }
report-mark-says = 文字：{ $text }
report-step-unanswered = 未回答。
report-step-answer = { $who } 回答“{ $answer }”，{ $at }
report-mark-erased = 会话结束时已擦除。
report-mark-retired = 已停用：不再有效。
report-mark-kept = 以“{ $name }”之名保留在机器上。
report-mark-not-found = 已查找，本次会话中未找到。
report-picture-of-mark = 绘制标记 { $mark } 时的画面
report-picture-with = 绘制标记 { $mark } 时的画面；画面中还有：{ $others }
report-uncertain = { $mark }（虚线：位置不确定）
report-picture-of-kept = 用于识别保留标记 { $mark } 的图片，来自以前的会话

report-pictures = 照片、分享的图片和文档
report-no-pictures = 没有拍摄或分享照片或文档。
report-picture-photo = 照片 { $picture }，拍摄者：{ $who }，{ $at }
report-picture-shared = 图片 { $picture }，分享者：{ $who }，{ $at }
report-picture-annotated = 图片 { $picture }，标注者：{ $who }，{ $at }
report-picture-never-kept = 此刻没有存储的图片。
report-picture-gone = 存储的图片在服务器上缺失，或已不是当时存储的内容。其 SHA-256：{ $sha256 }
report-picture-unreadable = 无法显示存储的图片。其 SHA-256：{ $sha256 }
report-picture-left-out = 已省略：一份报告最多包含 { $count } 张图片，共 { $megabytes } MB。该图片在回放和数据包中。

report-gaps = 缺失内容
report-no-gaps = 无：画面、声音和连接均未记录或发现缺失。
report-gap-from = 从
report-gap-to = 到
report-gap-seconds = 秒
report-gap-what = 内容
report-gap-noted = 已记录：{ $what }
report-gap-picture = 未录制 { $who } 的画面
report-gap-sound = 未录制 { $who } 的声音
report-gap-muted = { $who }：麦克风已关闭
report-gap-lost = { $who }：连接中断
report-gap-thin = { $who }：以单张图片代替视频
report-gap-restarted = 服务器未运行
report-gap-recovered = { $who } 的 { $content }：写入时服务器被终止；已恢复磁盘上的内容
report-gap-inside = { $who } 的 { $content }：中断 { $count } 次

report-events = 全部事件
report-number = 编号
report-time = 时间
report-who = 人员
report-what = 内容

report-proof = 证明
report-proof-ok = 生成本报告时（{ $at } UTC），每个事件和每个文件都与会话期间写入的完全一致。
report-proof-bad = 生成本报告时（{ $at } UTC），有内容与会话期间写入的不一致。在查明原因之前，请勿将该记录用作证据。
report-proof-events = 事件
report-proof-files = 文件
report-proof-head = 最后一个事件的哈希值
report-proof-key = 签名密钥的指纹
report-proof-more = … 另有 { $count } 项
report-proof-how = 在任何计算机上自行核对证据：获取数据包（回放页面中的“下载数据包”，或在服务器上运行“arsupport export { $session }”），然后以文件名运行“arsupport verify”。它显示的哈希值和密钥必须与此处相同。数据包中的 README.txt 说明了如何不借助本程序手动核对。
report-letters-missing = 本报告没有字形的字符写在方括号中，例如 [HEBREW ×4]。完整内容在回放和数据包中。
