# 通话前的网络检查。

check-title = 网络检查
check-link = 检查网络
check-running = 正在检查……大约需要十秒钟。
check-again = 再次检查
check-to-call = 继续呼叫

check-verdict-good = 良好。图像、声音和标记都能正常使用。
check-verdict-coarse = 可用。图像可能粗糙或延迟。
check-verdict-voice = 只能传送语音和静态图片。
check-verdict-none = 从这里无法通话。
check-relayed = 经中继：全部数据经由中继（TURN）传送。

check-advice-server = 服务器没有应答。此设备是否连接了正确的网络？请重新打开本页；若仍无效，请告知 IT 部门。
check-advice-udp = 请 IT 部门在此设备与 { $host } 之间双向放行 UDP，或架设一台 TURN 服务器。
check-advice-relay = 中继（TURN）没有应答。请 IT 部门开放它的 TCP 端口（通常为 443），并检查此设备是否信任其证书。
check-advice-relay-broken = 中继（TURN）没有应答。这里不需要它，但在没有 UDP 的网络中需要：请告知 IT 部门。
check-advice-relayed = UDP 无法到达服务器。直接连接会更好：请 IT 部门在此设备与 { $host } 之间放行 UDP。
check-advice-rate = 网络太慢或太忙。请使用网线，或靠近 Wi-Fi 接入点，并关闭其他占用网络的程序。
check-advice-delay = 应答时间较长：请慢慢说，等对方说完。原因往往是 VPN 或移动网络。
check-advice-loss = 有数据包丢失。请靠近 Wi-Fi 接入点，或使用网线。

check-row-server = 服务器
check-row-direct = 直接连接（UDP）
check-row-relay = 中继（TURN）
check-row-upKbps = 发往服务器
check-row-downKbps = 来自服务器
check-row-roundTripMs = 往返时间
check-row-loss = 丢失的数据包
check-not-reached = 未到达
check-works = 正常
check-works-over = 经 { $protocol } 正常
check-blocked = 被阻止
check-not-used = 不使用
check-not-set-up = 未设置
check-does-not-work = 没有应答
