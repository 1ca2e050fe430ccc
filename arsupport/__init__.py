"""Remote equipment debugging with augmented reality: calls, marks that stay on the machine, and a verifiable log."""
