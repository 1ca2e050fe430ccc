# Die Netzprüfung vor einem Anruf.

check-title = Netzprüfung
check-link = Netz prüfen
check-running = Prüfung läuft … sie dauert etwa zehn Sekunden.
check-again = Noch einmal prüfen
check-to-call = Weiter zum Anruf

check-verdict-good = Gut. Bild, Ton und Markierungen werden funktionieren.
check-verdict-coarse = Brauchbar. Das Bild kann grob sein oder verspätet kommen.
check-verdict-voice = Nur Sprache und Standbilder.
check-verdict-none = Von hier ist kein Anruf möglich.
check-relayed = Über Umweg: alles läuft über das Relay (TURN).

check-advice-server = Der Server antwortet nicht. Ist dieses Gerät im richtigen Netz? Seite noch einmal öffnen; hilft das nicht, der IT Bescheid geben.
check-advice-udp = Die IT bitten, UDP zwischen diesem Gerät und { $host } in beiden Richtungen durchzulassen oder einen TURN-Server einzurichten.
check-advice-relay = Das Relay (TURN) antwortet nicht. Die IT bitten, seinen TCP-Port zu öffnen, meist 443, und zu prüfen, ob dieses Gerät seinem Zertifikat vertraut.
check-advice-relay-broken = Das Relay (TURN) antwortet nicht. Hier wird es nicht gebraucht, in Netzen ohne UDP aber schon: der IT Bescheid geben.
check-advice-relayed = UDP erreicht den Server nicht. Direkt wäre es besser: die IT bitten, UDP zwischen diesem Gerät und { $host } durchzulassen.
check-advice-rate = Das Netz ist zu langsam oder zu stark belegt. Kabel benutzen oder näher an den WLAN-Zugangspunkt gehen und beenden, was das Netz sonst noch benutzt.
check-advice-delay = Antworten brauchen lange: langsam sprechen und einander ausreden lassen. Oft liegt es an VPN oder Mobilfunk.
check-advice-loss = Pakete gehen verloren. Näher an den WLAN-Zugangspunkt gehen oder ein Kabel benutzen.

check-row-server = Server
check-row-direct = Direkter Weg (UDP)
check-row-relay = Relay (TURN)
check-row-upKbps = Zum Server
check-row-downKbps = Vom Server
check-row-roundTripMs = Umlaufzeit
check-row-loss = Verlorene Pakete
check-not-reached = nicht erreicht
check-works = geht
check-works-over = geht über { $protocol }
check-blocked = gesperrt
check-not-used = soll nicht benutzt werden
check-not-set-up = nicht eingerichtet
check-does-not-work = antwortet nicht
