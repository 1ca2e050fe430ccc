# Marks that belong to a machine: they come back in later sessions.

kept-mark = Kept mark
kept-sought = Looked for
kept-keep = Keep “{ $name }” with the machine
kept-keep-title = Keep this mark with the machine
kept-keep-words = It comes back where it is in every later session at this machine, until somebody retires it.
kept-keep-do = Keep
kept-keep-tip = The machine remembers it: it comes back in every later session
kept-name = Name
kept-name-hint = What is marked, as people at the machine call it.
kept-reason = Reason
kept-reason-hint = Why the next person must know of it.
kept-place = Place
kept-place-new = A new kept mark
kept-place-of = The new place of “{ $name }”
kept-rename = Change name or reason of “{ $name }”
kept-rename-title = Change a kept mark
kept-rename-do = Change
kept-rename-tip = What others will see of it: its name, and why it is there
kept-retire = Retire “{ $name }”
kept-retire-open = Retire
kept-retire-title = Retire “{ $name }”?
kept-retire-words = It is taken off the picture and does not come back. Its history stays with the machine.
kept-retire-reason = Why is it not valid any more?
kept-retire-do = Retire
kept-retire-tip = It is not valid any more: takes it off the picture, in later sessions too
kept-by = { $name }, { $at }
kept-picture = Picture of the kept mark “{ $name }”
kept-is-retired = Retired
kept-views = { $count ->
    [0] No picture to recognise it by
    [one] Recognised by { $count } picture
   *[other] Recognised by { $count } pictures
}
kept-history = { $count ->
    [one] History: { $count } entry
   *[other] History: { $count } entries
}
kept-turn-kept = Kept as “{ $name }” by { $by }
kept-turn-renamed = Changed by { $by }: “{ $name }”
kept-turn-moved = Moved to another place by { $by }
kept-turn-found = Seen again
kept-turn-retired = Retired by { $by }

history-kept = Kept marks
history-kept-empty = No kept marks. In a session an expert can keep a mark with the machine; it comes back there next time.
