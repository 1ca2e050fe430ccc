# 会话回放。

replay-title = 回放
replay-picture = 录制的画面
replay-broken = 此浏览器无法播放录制的画面。请使用最新版的 Chrome 或 Firefox，或下载数据包。
replay-held = 专家当时看的是冻结画面；此处是摄像头同时看到的画面
replay-held-show = 显示 { $at } 的画面
replay-pictures = 以单张图片代替视频：线路带宽不足
replay-mark-unheld = 标记 { $mark }：位置尚未确认，在绘制处以虚线显示
replay-mark-unheld-hidden = 标记 { $mark }：位置尚未确定，不显示
replay-mark-weak = 标记 { $mark }：不确定，以虚线显示
replay-mark-lost = 标记 { $mark }：已丢失，不显示
replay-mark-out-of-view = 标记 { $mark }：在画面之外
replay-mark-since = { $what } · 自 { $at }
replay-marks-stale = 标记位置不属于此画面，因此以虚线显示
replay-keys = 空格播放 · J L 10 秒 · ← → 1 秒 · , . 逐帧 · N P 事件 · O 标记
replay-camera = 摄像机
replay-camera-newest = 最后开始的
download-bundle = 下载数据包
play = 播放
pause = 暂停
back-10 = 后退 10 秒
forward-10 = 前进 10 秒
frame-before = 上一帧 (,)
frame-next = 下一帧 (.)
speed = 速度
sound = 声音
clock-session = 会话时间
timeline-label = 会话时间
timeline-value = { $at }，共 { $of }
timeline-video = 画面
replay-picture-whole = 以原始大小打开

verifying = 正在校验…
verified = 已校验
verified-so-far = 至此已校验
not-verified = 未校验
verification-problems = { $count ->
   *[other] { $count } 个问题
}
verification-title = 校验
verification-ok = 每个事件和每个文件都与会话期间写入的内容完全一致。
verification-bad = 有内容与会话期间写入的不一致。在查明原因之前，请勿将此记录用作证据。
verification-counts = 已检查：{ $events } 个事件和 { $files } 个文件。
verification-head = 最后一个事件的哈希值

gap-title = 没有画面
gap-before = 摄像机尚未连接。
gap-noted = 此处录制有缺失。
gap-disconnected = 摄像机连接中断。
gap-page-left = 带摄像头的页面已被离开或重新加载。
gap-restarted = 服务器未在运行。
gap-stopped = 摄像机已关闭。
gap-ended = 会话已结束。
gap-unknown = 此时没有录制内容。

events-title = 事件
events-filter = 显示哪些事件
events-none = 没有这些类型的事件。请在上方勾选其他类型。
category-mark = 标记
category-step = 步骤
category-chat = 聊天
category-picture = 图片
category-people = 人员
category-tracking = 跟踪
category-record = 记录
by-server = 服务器

participant-expert = 专家
participant-onsite = 现场
participant-observer = 观察员
participant-supervisor = 主管
participant-camera = 摄像机
shape-arrow = 箭头
shape-circle = 圆圈
shape-freehand = 手绘
shape-text = 文字
mark-is-lost = 丢失
mark-is-held = 已锁定
mark-is-weak = 锁定较弱
mark-is-out-of-view = 超出画面
answered-done = 已完成
answered-cannot = 无法完成
answered-not-seen = 未看到

event-session-opened = 打开了会话
event-participant-joined = 已加入（{ $role }）
event-participant-connected = 已连接
event-participant-disconnected = 连接中断
event-participant-left = 已离开
event-page-left = 离开了页面
event-video-started = 正在发送画面（{ $codec }）
event-audio-started = 正在发送声音（{ $codec }）
event-track-stopped = 轨道结束
event-mark-drawn = 绘制了标记 { $mark }（{ $shape }）
event-mark-edited = 修改了标记 { $mark }
event-mark-erased = 擦除了标记 { $mark }
event-mark-restored = 恢复了标记 { $mark }
event-mark-kept = 将标记 { $mark } 以“{ $name }”之名保留在机器上
event-mark-retired = 停用了保留标记 { $mark }
event-mark-expected = 正在查找保留标记 { $mark }“{ $name }”
event-mark-found = 再次找到保留标记 { $mark }
event-view-kept = 已保存标记 { $mark } 另一角度的图片
event-mark-state-changed = 标记 { $mark } { $state }
event-plate-seen = 看到了“{ $machine }”的标签（标记 { $tag }）
event-plate-dismissed = 确认画面中另一台机器的标签没有问题
event-step-given = 步骤 { $step }{ $mark ->
    [0] { "" }
   *[other] （标记 { $mark }）
}
event-step-answered = 对步骤 { $step }{ $mark ->
    [0] { "" }
   *[other] （标记 { $mark }）
} 的回答：“{ $answer }”
event-frozen = 冻结了画面
event-unfrozen = 返回实时画面
event-muted = 关闭了麦克风
event-unmuted = 打开了麦克风
event-pictures-only = 网络太慢，无法传输视频：改为单张图片
event-video-again = 恢复了视频
event-still-kept = 已保存图片
event-still-with-mark = 已为标记 { $mark } 保存图片
event-photo-asked = 请求拍照
event-photo-declined = 未发送照片
event-picture-photo = 拍摄了照片 { $picture }
event-picture-shared = 分享了图片 { $picture }
event-picture-annotated = 在图片 { $picture } 上做了标注
event-picture-copy = 已保存带标注的图片 { $picture }
event-picture-shown = 在现场显示了图片 { $picture }
event-picture-seen = 图片 { $picture } 已显示在屏幕上
event-segment-closed = 录制已存储（{ $content }，{ $frames } 帧）
event-gap-noted = 缺失 { $seconds } 秒
event-server-restarted = 已重启，并从日志恢复了会话
event-session-ending = 结束了会话
event-session-closed = 会话已结束

reason-abandoned = 所有人都已离开
reason-disconnected = 连接丢失
reason-disk-failed = 磁盘拒绝存储
reason-left = 最后一人已离开
reason-overloaded = 磁盘太慢
reason-page-left = 页面已被离开或重新加载
reason-paused = 一段时间内没有收到数据
reason-replaced = 已从其他位置重新加入
reason-server-stopped = 服务器已停止
reason-session-ended = 会话已结束
reason-signalling-closed = 页面已关闭或网络中断
reason-silent = 网络无响应
reason-undecodable = 部分数据在途中丢失
reason-facts-lost = 磁盘已满太久，部分记录丢失
reason-nothing-recovered = 无法恢复任何内容
reason-still-missing = 图片无法保存
reason-picture-not-annotated = 无法生成带标注的图片
reason-camera-off = 摄像头已关闭

camera-torch = 照明灯
camera-zoom = 变焦
camera-facing = 摄像头方向
camera-height = 画面行数
camera-done = 已完成
camera-failed = 设备未执行
camera-refused = 已拒绝
camera-undone = 已撤销
event-camera-asked = 请求更改设置（{ $request }）：{ $what } { $value }
event-camera-answered = 设置 { $request }：{ $outcome }
event-camera-described = 说明了摄像头的功能
