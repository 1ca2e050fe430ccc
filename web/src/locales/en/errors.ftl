# Every error code: what happened, and what to do next.

error-not-signed-in = You are not signed in, or your sign-in has run out. Sign in again.
error-wrong-password = The user name or the password is wrong. Check both and try again.
error-password-too-weak = This password is too easy to guess. Choose at least 10 characters, for example four words that do not belong together.
error-not-allowed = Your account may not do this. Ask an administrator if you need it.
error-link-expired = This link is no longer valid. Ask the person who sent it for a new one.
error-link-used = This link has already been used; it works once only. Ask for a new one.
error-foreign-origin = The request came from another web address and was refused. Open the page from this server’s own address.
error-too-many-requests = That was too often in a short time. Wait a minute, then try again.

error-unknown-machine = There is no machine with this code. Check the code on the machine’s label, or scan the label again.
error-unknown-session = There is no session under this address. Look for it in the list of sessions.
error-unknown-call = This call is no longer waiting: it was withdrawn or has ended. Wait for the next one.
error-unknown-mark = This mark does not exist in the session. Reload the page to see what is there now.
error-unknown-step = This instruction does not exist in the session. Reload the page to see what is there now.
error-unknown-camera = This camera is not online. Check its power and network, then try again.
error-unknown-picture = This picture is not there. Take it or send it again.
error-unknown-file = This file is not among the stored ones. Reload the page; if it stays away, run a verification.
error-not-found = There is nothing at this address. Check the address, or go back to the start page.
error-session-ended = This session has ended. Its recording can be replayed from the machine’s history.
error-call-taken = Somebody else has already taken this call. You can enter it under “Open sessions”.
error-consent-needed = Without consent to recording there is no call. Tick the consent, then ask for help again.
error-camera-taken = This camera is already connected from another place. End that connection first.
error-replaced = This session was opened in another window or on another device, and goes on there. To continue here, reload this page.

error-bad-message = The server could not read what this page sent. Reload the page and try again.
error-message-too-large = What you sent is too large. Make it shorter or smaller and try again.
error-unsupported-version = This page is older or newer than the server. Reload it to get the right one.
error-unsupported-codec = This device and the server have no video format in common. Use an up-to-date Chrome, Edge, Firefox or Safari.
error-bad-description = The media connection could not be agreed on. Reload the page; if it happens again, try another browser.
error-frame-gone = The picture you drew on is no longer at hand. Freeze the picture and draw again.
error-picture-too-large = This picture is larger than the server takes. Send a smaller one.
error-bad-picture = This is no picture that can be used. JPEG, PNG and WebP can.
error-picture-damaged = The picture was damaged on its way. Send it again.
error-too-many = The limit is reached. Remove something that is no longer needed, then try again.

error-disk-full = The server’s disk is full, so nothing more can be recorded. Tell your administrator to free space.
error-storage-failed = The server could not store this. Nothing that was confirmed is lost. Try again, and tell your administrator.
error-storage-corrupt = Stored data does not match its checksum. Do not use it as evidence, and tell your administrator.
error-server-stopping = The server is being restarted. This page connects again by itself; wait a moment.
error-connection-failed = The server cannot be reached. Check the network; this page keeps trying.
error-internal = Something went wrong on our side. Try again; if it happens again, tell your administrator the code below.

error-bad-config = The server’s configuration has a wrong value. The administrator finds the key and the reason in the server’s output.
error-insecure-key = A secret key on the server can be read by others. The administrator must set its file mode to 0600.
error-already-exists = There is already one with this name. Choose another name.
error-already-running = A server runs on this data folder already. Stop that one first.
