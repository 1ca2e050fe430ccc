# The page in front of the machine. Short words: they are read at arm's length, with gloves on, next to noise.

tablet-title = 请求帮助
tablet-code-title = 哪台机器？
tablet-code-words = 请输入机器标签上的 6 位代码。
tablet-code-go = 继续
tablet-preview = 您的摄像头画面
tablet-marks = 专家的标记
tablet-name = 您的姓名
tablet-problem = 出了什么问题？（可不填）
tablet-consent = 画面、声音和所有绘制内容都会被录制，并随这台机器保存。我同意。
tablet-ask = 请求帮助
tablet-missing-name = 请填写姓名。
tablet-missing-consent = 不同意录制就无法呼叫。
tablet-missing-camera = 摄像头还没有打开。

tablet-camera-asking = 浏览器询问时，请允许使用摄像头。
tablet-camera-refused = 此页面的摄像头被禁止。请在浏览器地址栏中允许使用，然后重试。
tablet-camera-none = 此设备没有摄像头。请使用平板电脑或手机。
tablet-camera-busy = 摄像头没有响应，可能正被其他应用使用。请关闭其他应用，然后重试。
tablet-camera-insecure = 此地址不安全（不是 https），浏览器不提供摄像头。请重新扫描机器标签；如果仍不行，请联系管理员。
tablet-camera-switch = 切换摄像头
tablet-camera-on = 摄像头已开
tablet-camera-off = 摄像头已关
tablet-camera-is-off = 您的摄像头已关闭，专家看不到画面。
tablet-microphone-on = 麦克风已开
tablet-microphone-muted = 已静音

tablet-reaching = 正在连接服务器……
tablet-waiting = 正在呼叫，请等待专家。
tablet-experts = { $count ->
    [0] 现在没有专家在线。呼叫会保留在他们的列表中。
   *[other] 有 { $count } 位专家在线。
}
tablet-cancel = 取消
tablet-offline = 没有连接。连接会自动恢复，您的步骤保留在这里。
tablet-other-plate = 这是“{ $other }”的标签，而本次会话针对“{ $machine }”。
tablet-other-plate-next = 请先停下并告诉专家，然后让摄像头对准“{ $machine }”的标签。
tablet-messages = 消息
tablet-pictures = 网络太弱，无法传输视频：专家每隔几秒看到一张新图片。您可以继续通话。视频会自动恢复。
tablet-video-on = 正在发送视频
tablet-video-off = 只发送图片
tablet-frozen = 专家正在看定格画面。
tablet-line-good = 连接良好
tablet-line-poor = 连接一般
tablet-line-bad = 连接差：请靠近无线接入点
tablet-line-slow = 响应缓慢：网络或服务器繁忙

tablet-steps-none = 专家能看到您的画面。指令会显示在这里。
tablet-steps-done = 所有步骤都已回答。请等待下一步。
tablet-steps-waiting = 还有 { $count } 条指示在等待。
tablet-answer-done = 完成
tablet-answer-cannot = 做不到
tablet-answer-not-seen = 没看到
tablet-mark-lost = 标记 { $mark } 丢失：请把摄像头对准刚才的位置。
tablet-mark-out = 标记 { $mark } 在画面之外：请按边缘箭头的方向移动。
tablet-mark-weak = 标记 { $mark } 不确定：请拿稳平板
tablet-mark-placing = 正在寻找标记 { $mark } 的位置：请拿稳平板
tablet-marks-stale = 标记可能有偏差：请拿稳平板
tablet-marks-late = 在此浏览器中标记会稍有延迟：请拿稳平板。Chrome 和 Edge 可即时显示。
tablet-mark-elsewhere = 标记 { $mark } 在另一个画面上：{ $name }。
tablet-end = 结束
tablet-end-sure = 确定结束？

tablet-ended = 会话已结束
tablet-ended-words = 摄像头和麦克风已关闭。
tablet-elsewhere = 会话已在别处继续
tablet-not-possible = 呼叫没有成功
tablet-ask-again = 再次呼叫
tablet-here = 在这里继续

tablet-wish-facing-0 = { $name } 请求使用平板背面的摄像头。
tablet-wish-facing-1 = { $name } 请求使用朝向您的摄像头，它会拍到您。
tablet-wish-allow = 允许
tablet-wish-refuse = 不
tablet-wish-undo = 撤销
tablet-wish-fine = 好
tablet-set-torch-1 = { $name } 打开了您的照明灯。
tablet-set-torch-0 = { $name } 关闭了您的照明灯。
tablet-set-zoom = { $name } 将您的摄像头变焦设为 { $value }×。
tablet-set-height = { $name } 将您的画面设为 { $value } 行。
tablet-set-facing = 您已为 { $name } 切换摄像头。

tablet-photo = 拍照
tablet-photo-taking = 请保持不动：正在拍照。
tablet-photo-asked = 专家请求一张照片。请保持不动：正在拍照。
tablet-photo-sending = 正在发送照片
tablet-photo-sent = 专家已收到您的照片。
tablet-picture = 专家发来的图片
tablet-picture-coming = 专家的图片正在传来
tablet-picture-close = 关闭
tablet-picture-again = 图片
