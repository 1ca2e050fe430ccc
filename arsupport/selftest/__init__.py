"""The main job, done by scripted people against a private server: what a plant's IT runs after installing."""
