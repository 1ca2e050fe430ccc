# The report of a session on paper: the server writes it, with the sentences of the replay's event list.

report-download = Report (PDF)
report-later = Report and bundle are there when the session has ended.

report-title = Session report
report-is-a-copy = This report is a copy for reading. The evidence is the session’s bundle, with its signed log.
report-code = Code
report-site = Site
report-session = Session
report-began = Began (UTC)
report-ended = Ended (UTC)
report-lasted = Lasted
report-made = Report made (UTC)
report-log = Log
report-log-verified = verified when this report was made
report-log-broken = NOT AS IT WAS WRITTEN: see the last page
report-all-utc = All times are UTC, by the server’s clock. Numbers of marks are those in the pictures.
report-page = Page { $page } of { $pages }
report-foot = Session { $session } · last hash { $head }…

report-people = Who took part
report-person = Name
report-role = Role
report-account = Account
report-no-account = none (by code or link)
report-joined = Joined
report-left = Left
report-stayed = until the end
report-lost-times = Connection lost
report-recorded = Agreed to be recorded
report-yes = yes
report-no = no

report-labels = Machine labels in the pictures
report-no-labels = No camera saw a machine’s label: nothing in the pictures proves which machine they show.
report-label-same = This machine’s own label.
report-label-other = WARNING: another machine’s label than the session’s.

report-marks = Marks and instructions
report-no-marks = No marks were drawn and no instructions given.
report-mark = Mark { $mark } · { $shape }
report-mark-kept-before = Mark { $mark } · { $shape } · kept in an earlier session
report-step = Instruction { $step }
report-step-about = Instruction { $step } about mark { $mark }
report-drawn-by = Drawn by { $who }, { $at }
report-kept-by = Kept with the machine by { $who }, { $at }
report-given-by = Given by { $who }, { $at }
report-mark-says = Text: { $text }
report-step-unanswered = Not answered.
report-step-answer = { $who } answered “{ $answer }”, { $at }
report-mark-erased = Erased at the end of the session.
report-mark-retired = Retired: not valid any more.
report-mark-kept = Kept with the machine as “{ $name }”.
report-mark-not-found = Looked for, not found in this session.
report-picture-of-mark = Mark { $mark } in the frame that it was drawn on
report-picture-with = Mark { $mark } in the frame that it was drawn on; in the picture too: { $others }
report-uncertain = { $mark } (dashed: its place is uncertain)
report-picture-of-kept = The picture by which kept mark { $mark } is recognised, from an earlier session

report-pictures = Photos, shared pictures and documents
report-no-pictures = No photos or documents were taken or shared.
report-picture-photo = Photo { $picture }, taken by { $who }, { $at }
report-picture-shared = Picture { $picture }, shared by { $who }, { $at }
report-picture-annotated = Picture { $picture }, drawn on by { $who }, { $at }
report-picture-never-kept = There is no stored picture of this moment.
report-picture-gone = The stored picture is missing on the server, or is not what was stored. Its SHA-256: { $sha256 }
report-picture-unreadable = The stored picture cannot be shown. Its SHA-256: { $sha256 }
report-picture-left-out = Left out: a report holds at most { $count } pictures and { $megabytes } MB of them. It is in the replay and in the bundle.

report-gaps = What is missing
report-no-gaps = Nothing: no gap was noted or found in pictures, sound or connections.
report-gap-from = From
report-gap-to = To
report-gap-seconds = Seconds
report-gap-what = What
report-gap-noted = noted: { $what }
report-gap-picture = no picture of { $who } was recorded
report-gap-sound = no sound of { $who } was recorded
report-gap-muted = { $who }: microphone switched off
report-gap-lost = { $who }: connection lost
report-gap-thin = { $who }: single pictures in place of video
report-gap-restarted = the server was not running
report-gap-recovered = { $content } of { $who }: the server was killed while it was written; what was on disk was recovered
report-gap-inside = { $content } of { $who }: interrupted { $count ->
    [one] once
   *[other] { $count } times
}

report-events = Everything that happened
report-number = No.
report-time = Time
report-who = Who
report-what = What

report-proof = Proof
report-proof-ok = Every event and every file was exactly what was written during the session when this report was made ({ $at } UTC).
report-proof-bad = Something was NOT what was written during the session when this report was made ({ $at } UTC). Do not use the record as evidence before that is explained.
report-proof-events = Events
report-proof-files = Files
report-proof-head = Hash of the last event
report-proof-key = Fingerprint of the key that signed
report-proof-more = … and { $count } more
report-proof-how = To check the evidence yourself, on any computer: get the bundle (“Download bundle” in the replay, or on the server “arsupport export { $session }”), then run “arsupport verify” with the file’s name. It must name the same hash and the same key. The file README.txt in the bundle says how to check it by hand, without this program.
report-letters-missing = Characters that this report has no letters for stand in brackets, such as [HEBREW ×4]. They are in full in the replay and in the bundle.
