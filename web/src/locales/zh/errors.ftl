# 每个错误代码：发生了什么，下一步该做什么。

error-not-signed-in = 您尚未登录，或登录已过期。请重新登录。
error-wrong-password = 用户名或密码不正确。请检查后重试。
error-password-too-weak = 此密码太容易被猜到。请至少使用 10 个字符，例如四个互不相关的词。
error-not-allowed = 您的账户无权执行此操作。如有需要，请联系管理员。
error-link-expired = 此链接已失效。请向发送者索取新的链接。
error-link-used = 此链接已被使用，只能使用一次。请索取新的链接。
error-foreign-origin = 请求来自其他网址，已被拒绝。请从本服务器自己的地址打开页面。
error-too-many-requests = 短时间内操作过于频繁。请等待一分钟后重试。

error-unknown-machine = 没有使用此代码的设备。请核对设备标签上的代码，或重新扫描标签。
error-unknown-session = 此地址下没有会话。请在会话列表中查找。
error-unknown-call = 此呼叫已不在等待：已被撤回或已结束。请等待下一个呼叫。
error-unknown-mark = 会话中没有此标记。请刷新页面查看当前内容。
error-unknown-step = 会话中没有此指令。请刷新页面查看当前内容。
error-unknown-camera = 此摄像机不在线。请检查其电源和网络后重试。
error-unknown-picture = 没有此图片。请重新拍摄或重新发送。
error-unknown-file = 已存储的文件中没有此文件。请刷新页面；如仍然缺失，请运行校验。
error-not-found = 此地址下没有内容。请检查地址，或返回首页。
error-session-ended = 此会话已结束。可在设备的历史记录中回放。
error-call-taken = 此呼叫已被他人接听。您可以在“进行中的会话”中加入。
error-consent-needed = 未同意录制则无法呼叫。请勾选同意后再次请求帮助。
error-camera-taken = 此摄像机已从其他位置连接。请先结束那个连接。
error-replaced = 此会话已在其他窗口或设备上打开并在那里继续。要在此处继续，请刷新本页面。

error-bad-message = 服务器无法读取本页面发送的内容。请刷新页面后重试。
error-message-too-large = 发送的内容过大。请缩短或缩小后重试。
error-unsupported-version = 本页面与服务器的版本不一致。请刷新以获取正确的版本。
error-unsupported-codec = 本设备与服务器没有共同的视频格式。请使用最新版的 Chrome、Edge、Firefox 或 Safari。
error-bad-description = 无法建立媒体连接。请刷新页面；如再次发生，请换用其他浏览器。
error-frame-gone = 您所标注的画面已不可用。请冻结画面后重新标注。
error-picture-too-large = 此图片超过服务器允许的大小。请发送较小的图片。
error-bad-picture = 此图片无法使用。可使用 JPEG、PNG 和 WebP。
error-picture-damaged = 图片在传输中损坏。请重新发送。
error-too-many = 已达到上限。请移除不再需要的内容后重试。

error-disk-full = 服务器磁盘已满，无法继续录制。请通知管理员释放空间。
error-storage-failed = 服务器无法存储此内容。已确认的内容不会丢失。请重试并通知管理员。
error-storage-corrupt = 存储的数据与其校验和不符。请勿将其用作证据，并通知管理员。
error-server-stopping = 服务器正在重启。本页面会自动重新连接，请稍候。
error-connection-failed = 无法连接服务器。请检查网络，本页面会继续尝试。
error-internal = 我们这边出了问题。请重试；如再次发生，请将下方代码告知管理员。

error-bad-config = 服务器配置中有错误的值。管理员可在服务器输出中找到相应的键和原因。
error-insecure-key = 服务器上的密钥可被他人读取。管理员必须将其文件权限设为 0600。
error-already-exists = 已存在同名项。请换一个名称。
error-already-running = 已有服务器在使用此数据文件夹。请先停止它。
