"""Encoded frames in, crash-safe segments on disk, playable files out. Nothing is decoded or encoded.

``writer.TrackRecorder`` records a track, ``pose_writer.PoseRecorder`` its poses, both in the one
``thread.RecordingThread`` of the process. ``recovery.recover`` closes what a killed server left open,
``playable.make_playable`` makes one seekable file out of a track's segments, ``playable.frame_index`` says which frames
are in them.
"""
