"""The HTTP side: pages, REST, who is signed in, one-time links and tokens.

``app.make_app`` puts it together, ``run.running`` starts it, ``routes.ROUTES`` says who may do what.
"""
