# The network check before a call.

check-title = Network check
check-link = Check the network
check-running = Checking … this takes about ten seconds.
check-again = Check again
check-to-call = Go on to the call

check-verdict-good = Good. Picture, sound and marks will work.
check-verdict-coarse = Usable. The picture may be coarse or late.
check-verdict-voice = Voice and still pictures only.
check-verdict-none = A call is not possible from here.
check-relayed = Relayed: everything goes through the relay (TURN).

check-advice-server = The server does not answer. Is this device in the right network? Open this page again; if that does not help, tell your IT.
check-advice-udp = Ask your IT to let UDP through between this device and { $host }, in both directions, or to set up a TURN server.
check-advice-relay = The relay (TURN) does not answer. Ask your IT to open its TCP port, mostly 443, and to check that this device trusts its certificate.
check-advice-relay-broken = The relay (TURN) does not answer. It is not needed here, but people in networks without UDP need it: tell your IT.
check-advice-relayed = UDP does not reach the server. A direct way would be better: ask your IT to let UDP through between this device and { $host }.
check-advice-rate = The network is too slow or too busy. Use a cable or go closer to the Wi-Fi access point, and close what else uses the network.
check-advice-delay = Answers take long, so talk slowly and wait for each other. A VPN or mobile network is often the reason.
check-advice-loss = Packets get lost. Go closer to the Wi-Fi access point, or use a cable.

check-row-server = Server
check-row-direct = Direct way (UDP)
check-row-relay = Relay (TURN)
check-row-upKbps = To the server
check-row-downKbps = From the server
check-row-roundTripMs = Round trip
check-row-loss = Lost packets
check-not-reached = not reached
check-works = works
check-works-over = works over { $protocol }
check-blocked = blocked
check-not-used = not to be used
check-not-set-up = not set up
check-does-not-work = does not answer
