# 设备如何信任本服务器，以及不存在的地址。

trust-title = 信任本服务器
trust-lead = 只有信任服务器时，浏览器才允许页面使用摄像头。本服务器使用自己的证书颁发机构；请在此设备上安装一次。
trust-compare = 请将此 SHA-256 指纹与服务器启动时显示的指纹进行比对。如不一致，请停止：可能是他人在应答。
trust-load = 下载该机构的证书。
trust-download = 下载证书
trust-install = 安装证书。此设备：
trust-ios = iPad、iPhone
trust-ios-steps = 允许下载。设置 →“已下载描述文件”→ 安装。然后 设置 → 通用 → 关于本机 → 证书信任设置 → 打开该机构的开关。两步都需要。
trust-android = Android
trust-android-steps = 设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书 → 选择文件。Firefox 需先在其隐藏设置中打开“使用第三方 CA 证书”。
trust-windows = Windows
trust-windows-steps = 打开文件 → 安装证书 → 本地计算机 → 受信任的根证书颁发机构。
trust-macos = macOS
trust-macos-steps = 打开文件，添加到“系统”钥匙串，在其中打开并将 SSL 设为“始终信任”。
trust-linux = Linux
trust-linux-steps = 在 Chromium 或 Firefox 中：设置 → 搜索“证书”→ 证书颁发机构 → 导入 → 信任其用于网站。
trust-again = 再次打开服务器地址，警告已消失。
trust-elsewhere = 本服务器的证书来自其他机构，此处无需安装；如果浏览器仍然警告，请联系管理员。
not-found-title = 此处没有内容
not-found-tablet = 我在设备前，需要帮助
