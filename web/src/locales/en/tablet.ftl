# The page in front of the machine. Short words: they are read at arm's length, with gloves on, next to noise.

tablet-title = Get help
tablet-code-title = Which machine?
tablet-code-words = Type the 6 characters from the machine’s label.
tablet-code-go = Go on
tablet-preview = What your camera sees
tablet-marks = Marks of the expert
tablet-name = Your name
tablet-problem = What is wrong? (optional)
tablet-consent = Picture, sound and everything drawn are recorded and kept with this machine. I agree.
tablet-ask = Ask for help
tablet-missing-name = Your name is missing.
tablet-missing-consent = Without consent to recording there is no call.
tablet-missing-camera = The camera is not on yet.

tablet-camera-asking = Allow the camera when the browser asks.
tablet-camera-refused = The camera is blocked for this page. Allow it in the browser’s address bar, then try again.
tablet-camera-none = This device has no camera. Use a tablet or a phone.
tablet-camera-busy = The camera does not answer; another app may use it. Close other apps, then try again.
tablet-camera-insecure = This address is not secure (https), so the browser gives no camera. Scan the machine’s label again; if that does not help, tell your administrator.
tablet-camera-switch = Other camera
tablet-camera-on = Camera on
tablet-camera-off = Camera off
tablet-camera-is-off = Your camera is off. The expert sees nothing.
tablet-microphone-on = Microphone on
tablet-microphone-muted = Muted

tablet-reaching = Connecting to the server …
tablet-waiting = Calling. Please wait for an expert.
tablet-experts = { $count ->
    [0] No expert is online at the moment. The call stays in their list.
    [one] { $count } expert is online.
   *[other] { $count } experts are online.
}
tablet-cancel = Cancel
tablet-offline = No connection. It comes back by itself; your steps stay here.
tablet-other-plate = This is the label of “{ $other }”. The session is about “{ $machine }”.
tablet-other-plate-next = Stop, and tell the expert. Then show the label of “{ $machine }” to the camera.
tablet-messages = Messages
tablet-pictures = Your connection is too weak for video: the expert sees a new picture every few seconds. You can go on talking. Video comes back by itself.
tablet-video-on = Sends video
tablet-video-off = Sends pictures only
tablet-frozen = The expert is looking at a held picture.
tablet-line-good = Connection good
tablet-line-poor = Connection poor
tablet-line-bad = Connection bad: go nearer to the access point
tablet-line-slow = Answers come late: the network or the server is busy

tablet-steps-none = The expert sees your picture. Instructions appear here.
tablet-steps-done = All steps are answered. Wait for the next one.
tablet-steps-waiting =
    { $count ->
        [one] One more instruction waits.
       *[other] { $count } more instructions wait.
    }
tablet-answer-done = DONE
tablet-answer-cannot = Can’t
tablet-answer-not-seen = Can’t see it
tablet-mark-lost = Mark { $mark } is lost: hold the camera where it was a moment ago.
tablet-mark-out = Mark { $mark } is outside the picture: follow the arrow on its edge.
tablet-mark-weak = Mark { $mark } is uncertain: hold the tablet still
tablet-mark-placing = Looking for the place of mark { $mark }: hold the tablet still
tablet-marks-stale = Marks may be beside their place: hold the tablet still
tablet-marks-late = In this browser marks follow a moment late: hold the tablet still. Chrome and Edge show them at once.
tablet-mark-elsewhere = Mark { $mark } is on another picture: { $name }.
tablet-end = End
tablet-end-sure = Really end?

tablet-ended = The session has ended
tablet-ended-words = Camera and microphone are off.
tablet-elsewhere = The session goes on elsewhere
tablet-not-possible = The call did not work
tablet-ask-again = Ask again
tablet-here = Go on here

tablet-wish-facing-0 = { $name } asks for the camera on the back of the tablet.
tablet-wish-facing-1 = { $name } asks for the camera on your side. It shows you.
tablet-wish-allow = Allow
tablet-wish-refuse = No
tablet-wish-undo = Undo
tablet-wish-fine = OK
tablet-set-torch-1 = { $name } switched your light on.
tablet-set-torch-0 = { $name } switched your light off.
tablet-set-zoom = { $name } set the zoom of your camera to { $value }×.
tablet-set-height = { $name } set the size of your picture to { $value } lines.
tablet-set-facing = You changed the camera for { $name }.

tablet-photo = Photo
tablet-photo-taking = Hold still: a photo is being taken.
tablet-photo-asked = The expert asks for a photo. Hold still: it is being taken.
tablet-photo-sending = Sending the photo
tablet-photo-sent = The expert has your photo.
tablet-picture = Picture from the expert
tablet-picture-coming = A picture from the expert is on its way
tablet-picture-close = Close
tablet-picture-again = Picture
