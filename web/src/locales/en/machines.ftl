# A machine’s history.

machine-title = Machine
machine-show-label = Label
machine-tag = Tag { $tag }
history-sessions = Sessions
history-sessions-empty = Nobody has asked for help at this machine yet. Every session will be kept here.
still-open = Picture of { $at }
still-mark = mark { $mark }
still-plain = without a mark

history-pictures = Pictures
history-pictures-empty = No pictures yet. Photos are kept, pictures that were shown, and the image whenever an expert freezes it or draws on it.
history-picture-photo = Photo
history-picture-shared = Shown picture
history-picture-annotated = Picture with marks
history-picture-by = { $name }, { $at }
