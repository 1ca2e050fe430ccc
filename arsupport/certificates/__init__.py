"""A local certificate authority, and the server certificate that it signs.

Browsers give a page the camera only over HTTPS (W3C Secure Contexts), and a plant's network has no public names. So the
machine that runs the server makes its own authority; a tablet that trusts it accepts the server's certificate.

`folder` keeps both on disk, `signing` makes them, `names` says what they may hold, `tls` uses them.
"""
