"""Cameras that join by themselves: the virtual plant-floor camera and the agent that publishes a camera."""
