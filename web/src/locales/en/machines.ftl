# A machine’s history.

machine-title = Machine
machine-show-label = Label
machine-tag = Tag { $tag }
history-sessions = Sessions
history-sessions-empty = Nobody has asked for help at this machine yet. Every session will be kept here.
history-stills = Pictures
history-stills-empty = No pictures yet. A picture is kept whenever an expert freezes the image or draws a mark.
still-open = Picture of { $at }
still-mark = mark { $mark }
still-plain = without a mark

history-pictures = Photos and shown pictures
history-picture-photo = Photo
history-picture-shared = Shown picture
history-picture-annotated = Picture with marks
history-picture-by = { $name }, { $at }
