# 属于机器的标记：以后的会话中会再次出现。

kept-mark = 保留标记
kept-sought = 正在查找
kept-keep = 将“{ $name }”保留在机器上
kept-keep-title = 将此标记保留在机器上
kept-keep-words = 在这台机器以后的每次会话中，它都会出现在原处，直到有人将其停用。
kept-keep-do = 保留
kept-keep-tip = 由机器记住：以后每次会话都会再次出现
kept-name = 名称
kept-name-hint = 所标记的部位，用现场人员的叫法。
kept-reason = 原因
kept-reason-hint = 下一个人为什么必须知道它。
kept-place = 位置
kept-place-new = 新的保留标记
kept-place-of = “{ $name }”的新位置
kept-rename = 更改“{ $name }”的名称或原因
kept-rename-title = 更改保留标记
kept-rename-do = 更改
kept-rename-tip = 其他人会看到的内容：名称和原因
kept-retire = 停用“{ $name }”
kept-retire-open = 停用
kept-retire-title = 停用“{ $name }”？
kept-retire-words = 它会从画面中移除，不再出现。其历史记录保留在机器上。
kept-retire-reason = 为什么它不再有效？
kept-retire-do = 停用
kept-retire-tip = 不再有效：从画面中移除，以后的会话中也不再出现
kept-by = { $name }，{ $at }
kept-picture = 保留标记“{ $name }”的图片
kept-is-retired = 已停用
kept-views = { $count ->
    [0] 没有可用于识别的图片
   *[other] 通过 { $count } 张图片识别
}
kept-history = 历史：{ $count } 条
kept-turn-kept = { $by } 以“{ $name }”之名保留
kept-turn-renamed = { $by } 更改为“{ $name }”
kept-turn-moved = { $by } 移到了另一处
kept-turn-found = 再次找到
kept-turn-retired = { $by } 已停用

history-kept = 保留标记
history-kept-empty = 没有保留标记。会话中，专家可以把标记保留在机器上；下次它会再次出现。
