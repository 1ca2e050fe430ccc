# How a device comes to trust this server, and addresses that nothing is at.

trust-title = Trust this server
trust-lead = A browser gives a page the camera only when it trusts the server. This server has made its own authority; install it once on this device.
trust-compare = Compare this SHA-256 fingerprint with the one that the server prints when it starts. If they differ, stop: somebody else may be answering.
trust-load = Load the authority’s certificate.
trust-download = Download certificate
trust-install = Install it. This device:
trust-ios = iPad, iPhone
trust-ios-steps = Allow the download. Settings → “Profile Downloaded” → Install. Then Settings → General → About → Certificate Trust Settings → switch the authority on. Both steps are needed.
trust-android = Android
trust-android-steps = Settings → Security → Encryption & credentials → Install a certificate → CA certificate → choose the file. Firefox takes it only after “Use third party CA certificates” is switched on in its secret settings.
trust-windows = Windows
trust-windows-steps = Open the file → Install Certificate → Local Machine → Trusted Root Certification Authorities.
trust-macos = macOS
trust-macos-steps = Open the file, add it to the System keychain, open it there and set “Always Trust” for SSL.
trust-linux = Linux
trust-linux-steps = In Chromium or Firefox: settings → search for “certificates” → Authorities → Import → trust it for websites.
trust-again = Open the server’s address again. The warning is gone.
trust-elsewhere = This server’s certificate comes from elsewhere. There is nothing to install here; if the browser warns all the same, ask your administrator.
not-found-title = There is nothing here
not-found-tablet = I stand at a machine and need help
