# 登录，以及首位管理员。

sign-in-title = 登录
sign-in-lead = 供专家、审计员和管理员使用。如果您正在设备前需要帮助，请扫描设备上的标签，无需账户。
sign-in-forgotten = 忘记密码或没有账户？请联系本服务器的管理员：可使用“arsupport user reset-password”和“arsupport user add”。
login = 用户名
password = 密码
sign-in = 登录
setup-title = 设置 arsupport
setup-lead = 创建本服务器的首位管理员。此链接只能使用一次。
setup-login = 用户名
setup-login-hint = 字母、数字及 . _ @ -
setup-name = 您的姓名
setup-name-hint = 您所帮助的人会看到此姓名。
setup-password = 密码
setup-password-hint = 至少 10 个字符，且不易被猜到。四个互不相关的词即可。
setup-repeat = 再次输入密码
setup-differs = 两次输入的密码不同。请输入相同的密码。
setup-short = 已输入 { $length } 个字符，至少需要 10 个。
setup-create = 创建管理员
setup-dead-title = 此链接无法使用
setup-dead-no-token = 地址中缺少“#”之后的部分。请从服务器输出中复制完整链接。
setup-dead-done = 本服务器已有管理员。请直接登录。没有账户？由管理员在服务器上添加：arsupport user add NAME。
setup-dead-new-link = 链接有效期为 30 分钟，且只能使用一次。请重启服务器：在没有管理员时，它会输出新的链接。

new-password-title = 新密码
new-password-lead = 请为您的账户设置新密码。此链接只能使用一次；设置后即已登录。
new-password-set = 设置密码
