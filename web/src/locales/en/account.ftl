# Signing in, and the first administrator.

sign-in-title = Sign in
sign-in-lead = For experts, auditors and administrators. In front of a machine and in need of help? Scan the label on the machine instead; no account is needed.
sign-in-forgotten = Forgotten your password, or no account? Ask the administrator of this server: “arsupport user reset-password” and “arsupport user add” help.
login = User name
password = Password
sign-in = Sign in
setup-title = Set up arsupport
setup-lead = Create the first administrator of this server. This link works once.
setup-login = User name
setup-login-hint = Letters, digits and . _ @ -
setup-name = Your name
setup-name-hint = As the people you help will see it.
setup-password = Password
setup-password-hint = At least 10 characters, and nothing easy to guess. Four words that do not belong together are good.
setup-repeat = Password again
setup-differs = The two passwords differ. Type the same one twice.
setup-short = This has { $length } of at least 10 characters.
setup-create = Create administrator
setup-dead-title = This link cannot be used
setup-dead-no-token = The part after “#” is missing from the address. Copy the whole link from the server’s output.
setup-dead-done = This server has its administrator already. Sign in instead. Without an account? An administrator adds one on the server: arsupport user add NAME.
setup-dead-new-link = The link lives for 30 minutes and works once. Start the server again: while there is no administrator, it prints a new link.

new-password-title = New password
new-password-lead = Choose a new password for your account. This link works once; you are signed in afterwards.
new-password-set = Set password
