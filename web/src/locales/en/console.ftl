# The expert’s console.

console-title = Console
console-offline = No connection to the server: this list may be out of date. Connecting again by itself …
calls-title = Waiting calls
calls-empty = Nobody is waiting. When somebody scans the label on a machine and asks for help, the call appears here.
waiting-for = waiting for
admit = Admit
admit-call = Admit the call of { $name } at { $machine }
sound-turn-on = Turn on sound
sound-is-on = Calls ring
open-title = Open sessions
open-empty = No session is running.
enter = Enter
cameras-title = Fixed cameras
cameras-empty = No fixed camera is online. One is connected with “arsupport camera” on the computer it is plugged into.
call-camera = Call camera
machines-title = Machines
machines-empty = No machines yet. An administrator adds the first one here; it gets a code and a label to stick on.
machines-none-found = No machine matches. Try part of its name, its site or its code.
machine-search = Search by name, site or code
machine-add = Add machine
machine-added = { $name } was added. Its code is { $code }.
machine-name = Name
machine-name-hint = As people on the floor call it, for example “Press 4711”.
machine-site = Site
machine-site-hint = Where it stands, for example “Ulm, hall 3”.
machine-sessions = { $count ->
    [one] { $count } session, on { $last }
   *[other] { $count } sessions, last on { $last }
}
machine-no-sessions = No sessions yet
machine-label = Label of { $name }
label-title = Label of { $name }
label-alt = Label of { $name }: tag { $tag }, QR code, code { $code }
label-lead = Print it in its true size and stick it flat on the machine. Whoever scans the QR code can ask for help; nothing opens before an expert admits the call. By the tag, the large square, cameras know the machine again.
label-link = Link behind the QR code
label-size = Size
label-size-a5 = A5, tag of 120 mm: read from up to 4 m
label-size-a6 = A6, tag of 90 mm: read from up to 2.5 m
label-pdf = PDF
label-svg = SVG
label-sheet = All labels of “{ $site }” on A4
invite = Invite
invite-to = Invite to { $name }
invite-lead = Send this link to somebody at the machine. It works once, needs no account, and leads straight to asking for help.
invite-link = Invitation link
invite-until = Valid until { $until }
copy = Copy
copied = Copied
recent-title = Recent sessions
recent-empty = No session has ended yet. Each one can be replayed from here.
