# The replay of a session.

replay-title = Replay
replay-picture = Recorded picture
replay-broken = This browser cannot play the recorded picture. Try an up-to-date Chrome or Firefox, or download the bundle.
replay-held = An expert looked at a held picture; this is what the camera saw meanwhile
replay-held-show = Show the picture of { $at }
replay-pictures = Single pictures in place of video: the line was too thin
replay-mark-unheld = Mark { $mark }: place not confirmed yet, dashed where it was drawn
replay-mark-unheld-hidden = Mark { $mark }: place not known yet, not shown
replay-mark-weak = Mark { $mark }: uncertain, dashed
replay-mark-lost = Mark { $mark }: lost, not shown
replay-mark-out-of-view = Mark { $mark }: out of view
replay-mark-since = { $what } · since { $at }
replay-marks-stale = Positions of marks are not of this picture, so they are dashed
replay-keys = Space plays · J L 10 s · ← → 1 s · , . frame · N P event · O marks
replay-camera = Camera
replay-camera-newest = The one that began last
download-bundle = Download bundle
play = Play
pause = Pause
back-10 = Back 10 seconds
forward-10 = Forward 10 seconds
frame-before = Frame before (,)
frame-next = Next frame (.)
speed = Speed
sound = Sound
clock-session = Time in the session
timeline-label = Time in the session
timeline-value = { $at } of { $of }
timeline-video = Picture
replay-picture-whole = Open in full size

verifying = Checking …
verified = Verified
verified-so-far = Verified so far
not-verified = Not verified
verification-problems = { $count ->
    [one] { $count } problem
   *[other] { $count } problems
}
verification-title = Verification
verification-ok = Every event and every file is exactly what was written during the session.
verification-bad = Something is not what was written during the session. Do not use this record as evidence before that is explained.
verification-counts = Checked: { $events } events and { $files } files.
verification-head = Hash of the last event

gap-title = No picture
gap-before = The camera was not connected yet.
gap-noted = The recording has a gap here.
gap-disconnected = The camera’s connection was lost.
gap-page-left = The page with the camera was left or loaded anew.
gap-restarted = The server was not running.
gap-stopped = The camera was switched off.
gap-ended = The session had ended.
gap-unknown = Nothing was recorded at this time.

events-title = Events
events-filter = Which events to show
events-none = No events of these kinds. Tick another kind above.
category-mark = Marks
category-step = Steps
category-chat = Chat
category-picture = Pictures
category-people = People
category-tracking = Tracking
category-record = Record
by-server = Server

participant-expert = expert
participant-onsite = on site
participant-observer = observer
participant-supervisor = supervisor
participant-camera = camera
shape-arrow = arrow
shape-circle = circle
shape-freehand = freehand
shape-text = text
mark-is-lost = lost
mark-is-held = held
mark-is-weak = weakly held
mark-is-out-of-view = out of view
answered-done = done
answered-cannot = cannot be done
answered-not-seen = not seen

event-session-opened = opened the session
event-participant-joined = joined ({ $role })
event-participant-connected = connected
event-participant-disconnected = lost the connection
event-participant-left = left
event-page-left = left the page
event-video-started = sends a picture ({ $codec })
event-audio-started = sends sound ({ $codec })
event-track-stopped = track ended
event-mark-drawn = drew mark { $mark } ({ $shape })
event-mark-edited = changed mark { $mark }
event-mark-erased = erased mark { $mark }
event-mark-restored = restored mark { $mark }
event-mark-kept = kept mark { $mark } with the machine as “{ $name }”
event-mark-retired = retired kept mark { $mark }
event-mark-expected = looks for kept mark { $mark }, “{ $name }”
event-mark-found = found kept mark { $mark } again
event-view-kept = kept a picture of mark { $mark } from another side
event-mark-state-changed = mark { $mark } is { $state }
event-plate-seen = saw the label of “{ $machine }” (tag { $tag })
event-plate-dismissed = said that another machine’s label in the picture is all right
event-step-given = step { $step }{ $mark ->
    [0] { "" }
   *[other] { " " }(mark { $mark })
}
event-step-answered = answered step { $step }{ $mark ->
    [0] { "" }
   *[other] { " " }(mark { $mark })
} with “{ $answer }”
event-frozen = held the picture
event-unfrozen = went back to the live picture
event-muted = switched the microphone off
event-unmuted = switched the microphone on
event-pictures-only = has a line that is too thin for video: pictures in its place
event-video-again = has video again
event-still-kept = kept a picture
event-still-with-mark = kept a picture for mark { $mark }
event-photo-asked = asked for a photo
event-photo-declined = sent no photo
event-picture-photo = took photo { $picture }
event-picture-shared = shared picture { $picture }
event-picture-annotated = drew on picture { $picture }
event-picture-copy = picture { $picture } stored with its marks
event-picture-shown = showed picture { $picture } on site
event-picture-seen = had picture { $picture } on the screen
event-segment-closed = recording stored ({ $content }, { $frames } frames)
event-gap-noted = gap of { $seconds } s
event-server-restarted = restarted and rebuilt the session from its journal
event-session-ending = ended the session
event-session-closed = session ended

reason-abandoned = nobody was left
reason-disconnected = the connection was lost
reason-disk-failed = the disk refused to store
reason-left = the last one left
reason-overloaded = the disk was too slow
reason-page-left = the page was left or loaded anew
reason-paused = nothing arrived for a while
reason-replaced = joined again from elsewhere
reason-server-stopped = the server stopped
reason-session-ended = the session ended
reason-signalling-closed = the page was closed or lost its network
reason-silent = the network went silent
reason-undecodable = pieces were lost on the way
reason-facts-lost = facts were lost: the disk was full for too long
reason-nothing-recovered = nothing of it could be recovered
reason-still-missing = the picture could not be kept
reason-picture-not-annotated = the picture with its marks could not be made
reason-camera-off = the camera was off

camera-torch = light
camera-zoom = zoom
camera-facing = side of the camera
camera-height = lines of the picture
camera-done = done
camera-failed = the device did not do it
camera-refused = refused
camera-undone = taken back
event-camera-asked = asked for another setting ({ $request }): { $what } { $value }
event-camera-answered = setting { $request }: { $outcome }
event-camera-described = said what the camera can do
