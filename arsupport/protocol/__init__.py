"""What travels between clients and server: message types and their bounded encoding. No I/O."""
