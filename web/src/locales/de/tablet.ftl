# The page in front of the machine. Short words: they are read at arm's length, with gloves on, next to noise.

tablet-title = Hilfe holen
tablet-code-title = Welche Maschine?
tablet-code-words = Geben Sie die 6 Zeichen vom Schild der Maschine ein.
tablet-code-go = Weiter
tablet-preview = Was Ihre Kamera sieht
tablet-marks = Markierungen des Experten
tablet-name = Ihr Name
tablet-problem = Was ist los? (freiwillig)
tablet-consent = Bild, Ton und alles Gezeichnete werden aufgezeichnet und bei dieser Maschine aufbewahrt. Ich stimme zu.
tablet-ask = Hilfe rufen
tablet-missing-name = Ihr Name fehlt.
tablet-missing-consent = Ohne Zustimmung zur Aufzeichnung ist kein Anruf möglich.
tablet-missing-camera = Die Kamera ist noch nicht an.

tablet-camera-asking = Erlauben Sie die Kamera, wenn der Browser fragt.
tablet-camera-refused = Die Kamera ist für diese Seite gesperrt. Erlauben Sie sie in der Adresszeile des Browsers, dann noch einmal versuchen.
tablet-camera-none = Dieses Gerät hat keine Kamera. Nehmen Sie ein Tablet oder ein Telefon.
tablet-camera-busy = Die Kamera antwortet nicht; vielleicht benutzt sie eine andere App. Schließen Sie andere Apps, dann noch einmal versuchen.
tablet-camera-insecure = Diese Adresse ist nicht sicher (https), deshalb gibt der Browser keine Kamera. Scannen Sie das Schild der Maschine noch einmal; hilft das nicht, sagen Sie es Ihrem Administrator.
tablet-camera-switch = Andere Kamera
tablet-camera-on = Kamera an
tablet-camera-off = Kamera aus
tablet-camera-is-off = Ihre Kamera ist aus. Der Experte sieht nichts.
tablet-microphone-on = Mikro an
tablet-microphone-muted = Stumm

tablet-reaching = Verbindung zum Server wird aufgebaut …
tablet-waiting = Ruf läuft. Bitte auf einen Experten warten.
tablet-experts = { $count ->
    [0] Gerade ist kein Experte da. Der Ruf bleibt in ihrer Liste.
    [one] { $count } Experte ist da.
   *[other] { $count } Experten sind da.
}
tablet-cancel = Abbrechen
tablet-offline = Keine Verbindung. Sie kommt von selbst wieder; Ihre Schritte bleiben hier.
tablet-other-plate = Das ist das Schild von „{ $other }“. Die Sitzung betrifft „{ $machine }“.
tablet-other-plate-next = Halten Sie an und sagen Sie es der Fachkraft. Zeigen Sie dann der Kamera das Schild von „{ $machine }“.
tablet-messages = Nachrichten
tablet-pictures = Die Verbindung ist zu schwach für Video: Der Experte sieht alle paar Sekunden ein neues Bild. Sie können weiter sprechen. Video kommt von selbst wieder.
tablet-video-on = Sendet Video
tablet-video-off = Sendet nur Bilder
tablet-frozen = Der Experte sieht sich ein Standbild an.
tablet-line-good = Verbindung gut
tablet-line-poor = Verbindung mäßig
tablet-line-bad = Verbindung schlecht: näher an den Access Point gehen
tablet-line-slow = Antworten kommen spät: Netz oder Server ist ausgelastet

tablet-steps-none = Der Experte sieht Ihr Bild. Anweisungen erscheinen hier.
tablet-steps-done = Alle Schritte sind beantwortet. Warten Sie auf den nächsten.
tablet-steps-waiting =
    { $count ->
        [one] Eine weitere Anweisung wartet.
       *[other] { $count } weitere Anweisungen warten.
    }
tablet-answer-done = FERTIG
tablet-answer-cannot = Geht nicht
tablet-answer-not-seen = Sehe ich nicht
tablet-mark-lost = Markierung { $mark } ist verloren: Halten Sie die Kamera dorthin, wo sie eben war.
tablet-mark-out = Markierung { $mark } liegt außerhalb des Bildes: Folgen Sie dem Pfeil am Rand.
tablet-mark-weak = Markierung { $mark } ist unsicher: Tablet stillhalten
tablet-mark-placing = Die Stelle von Markierung { $mark } wird gesucht: Tablet stillhalten
tablet-marks-stale = Markierungen können daneben liegen: Tablet ruhig halten
tablet-marks-late = In diesem Browser folgen Markierungen etwas später: Tablet ruhig halten. Chrome und Edge zeigen sie sofort.
tablet-mark-elsewhere = Markierung { $mark } ist auf einem anderen Bild: { $name }.
tablet-end = Beenden
tablet-end-sure = Wirklich beenden?

tablet-ended = Die Sitzung ist beendet
tablet-ended-words = Kamera und Mikrofon sind aus.
tablet-elsewhere = Die Sitzung läuft woanders weiter
tablet-not-possible = Der Anruf hat nicht geklappt
tablet-ask-again = Noch einmal rufen
tablet-here = Hier weitermachen

tablet-wish-facing-0 = { $name } bittet um die Kamera auf der Rückseite.
tablet-wish-facing-1 = { $name } bittet um die Kamera auf Ihrer Seite. Sie zeigt Sie.
tablet-wish-allow = Erlauben
tablet-wish-refuse = Nein
tablet-wish-undo = Zurück
tablet-wish-fine = OK
tablet-set-torch-1 = { $name } hat Ihr Licht eingeschaltet.
tablet-set-torch-0 = { $name } hat Ihr Licht ausgeschaltet.
tablet-set-zoom = { $name } hat Ihre Kamera auf { $value }× gestellt.
tablet-set-height = { $name } hat Ihr Bild auf { $value } Zeilen gestellt.
tablet-set-facing = Sie haben für { $name } die Kamera gewechselt.

tablet-photo = Foto
tablet-photo-taking = Still halten: Ein Foto wird aufgenommen.
tablet-photo-asked = Der Experte bittet um ein Foto. Still halten: Es wird aufgenommen.
tablet-photo-sending = Foto wird gesendet
tablet-photo-sent = Der Experte hat Ihr Foto.
tablet-picture = Bild vom Experten
tablet-picture-coming = Ein Bild vom Experten ist unterwegs
tablet-picture-close = Schließen
tablet-picture-again = Bild
