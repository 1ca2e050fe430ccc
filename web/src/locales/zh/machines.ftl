# 设备的历史记录。

machine-title = 设备
machine-show-label = 标签
machine-tag = 标记 { $tag }
history-sessions = 会话
history-sessions-empty = 尚无人在此设备请求帮助。每次会话都会保存在这里。
still-open = { $at } 的图片
still-mark = 标记 { $mark }
still-plain = 无标记

history-pictures = 图片
history-pictures-empty = 尚无图片。照片、显示过的图片，以及专家冻结或标记的画面都会保存在这里。
history-picture-photo = 照片
history-picture-shared = 显示过的图片
history-picture-annotated = 带标注的图片
history-picture-by = { $name }，{ $at }
