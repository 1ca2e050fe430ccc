# 各页面通用的词语。

close = 关闭
cancel = 取消
try-again = 重试
loading = 正在加载…
language = 语言
theme-dark = 深色
theme-light = 浅色
sign-out = 退出登录
role-admin = 管理员
role-expert = 专家
role-auditor = 审计员
role-supervisor = 主管
error-code = 代码：{ $code }
back-to-console = 返回控制台
replay = 回放
running = 进行中
people-none = 无人加入
marks = { $count ->
    [0] 无标记
   *[other] { $count } 个标记
}
stills = { $count ->
    [0] 无图片
   *[other] { $count } 张图片
}
