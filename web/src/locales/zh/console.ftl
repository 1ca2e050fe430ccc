# 专家控制台。

console-title = 控制台
console-offline = 与服务器的连接已断开，此列表可能不是最新。正在自动重新连接…
calls-title = 等待中的呼叫
calls-empty = 目前无人等待。有人扫描设备标签并请求帮助时，呼叫会显示在这里。
waiting-for = 已等待
admit = 接听
admit-call = 接听 { $name } 在 { $machine } 的呼叫
sound-turn-on = 打开声音
sound-is-on = 来电响铃
open-title = 进行中的会话
open-empty = 目前没有进行中的会话。
enter = 加入
cameras-title = 固定摄像机
cameras-empty = 没有在线的固定摄像机。请在连接摄像机的计算机上运行“arsupport camera”。
call-camera = 呼叫摄像机
machines-title = 设备
machines-empty = 尚无设备。管理员可在此添加第一台设备，它会获得代码和可粘贴的标签。
machines-none-found = 没有匹配的设备。请尝试名称、地点或代码的一部分。
machine-search = 按名称、地点或代码搜索
machine-add = 添加设备
machine-added = 已添加 { $name }，代码为 { $code }。
machine-name = 名称
machine-name-hint = 现场人员对它的称呼，例如“压力机 4711”。
machine-site = 地点
machine-site-hint = 设备所在位置，例如“乌尔姆，3 号车间”。
machine-sessions = { $count ->
   *[other] { $count } 次会话，最近一次在 { $last }
}
machine-no-sessions = 尚无会话
machine-label = { $name } 的标签
label-title = { $name } 的标签
label-alt = { $name } 的二维码，代码 { $code }
label-lead = 请打印并贴在设备上。扫描者可以请求帮助；在专家接听之前不会打开任何内容。
label-link = 二维码中的链接
label-download = 下载标签
invite = 邀请
invite-to = 邀请到 { $name }
invite-lead = 将此链接发送给设备旁的人员。链接只能使用一次，无需账户，可直接请求帮助。
invite-link = 邀请链接
invite-until = 有效期至 { $until }
copy = 复制
copied = 已复制
recent-title = 最近的会话
recent-empty = 尚无已结束的会话。结束后可从这里回放。
