# Words that every page uses.

close = Close
cancel = Cancel
try-again = Try again
loading = Loading …
language = Language
theme-dark = Dark colours
theme-light = Light colours
sign-out = Sign out
role-admin = Administrator
role-expert = Expert
role-auditor = Auditor
role-supervisor = Supervisor
error-code = Code: { $code }
back-to-console = Back to the console
replay = Replay
running = Running
people-none = nobody joined
marks = { $count ->
    [0] no marks
    [one] { $count } mark
   *[other] { $count } marks
}
stills = { $count ->
    [0] no pictures
    [one] { $count } picture
   *[other] { $count } pictures
}
