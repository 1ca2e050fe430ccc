# Die Wiedergabe einer Sitzung.

replay-title = Wiedergabe
replay-picture = Aufgezeichnetes Bild
replay-broken = Dieser Browser kann das aufgezeichnete Bild nicht abspielen. Nutzen Sie ein aktuelles Chrome oder Firefox, oder laden Sie das Paket herunter.
replay-held = Eine Fachkraft sah ein angehaltenes Bild; dies sah die Kamera währenddessen
replay-held-show = Das Bild von { $at } zeigen
replay-pictures = Einzelne Bilder statt Video: Die Leitung war zu schmal
replay-mark-unheld = Markierung { $mark }: Stelle noch nicht bestätigt, gestrichelt wo gezeichnet
replay-mark-unheld-hidden = Markierung { $mark }: Stelle noch nicht bekannt, nicht gezeigt
replay-mark-weak = Markierung { $mark }: unsicher, gestrichelt
replay-mark-lost = Markierung { $mark }: verloren, nicht gezeigt
replay-mark-out-of-view = Markierung { $mark }: außerhalb des Bildes
replay-mark-since = { $what } · seit { $at }
replay-marks-stale = Positionen der Markierungen sind nicht von diesem Bild, daher gestrichelt
replay-keys = Leertaste spielt · J L 10 s · ← → 1 s · , . Einzelbild · N P Ereignis · O Markierungen
replay-camera = Kamera
replay-camera-newest = Die zuletzt begonnene
download-bundle = Paket herunterladen
play = Abspielen
pause = Pause
back-10 = 10 Sekunden zurück
forward-10 = 10 Sekunden vor
frame-before = Voriges Einzelbild (,)
frame-next = Nächstes Einzelbild (.)
speed = Geschwindigkeit
sound = Ton
clock-session = Zeit in der Sitzung
timeline-label = Zeit in der Sitzung
timeline-value = { $at } von { $of }
timeline-video = Bild
replay-picture-whole = In voller Größe öffnen

verifying = Wird geprüft …
verified = Geprüft
verified-so-far = Bis hier geprüft
not-verified = Nicht geprüft
verification-problems = { $count ->
    [one] { $count } Problem
   *[other] { $count } Probleme
}
verification-title = Prüfung
verification-ok = Jedes Ereignis und jede Datei ist genau so, wie sie während der Sitzung geschrieben wurden.
verification-bad = Etwas ist nicht so, wie es während der Sitzung geschrieben wurde. Verwenden Sie die Aufzeichnung nicht als Beleg, bevor das geklärt ist.
verification-counts = Geprüft: { $events } Ereignisse und { $files } Dateien.
verification-head = Prüfsumme des letzten Ereignisses

gap-title = Kein Bild
gap-before = Die Kamera war noch nicht verbunden.
gap-noted = Die Aufzeichnung hat hier eine Lücke.
gap-disconnected = Die Verbindung der Kamera war unterbrochen.
gap-page-left = Die Seite mit der Kamera wurde verlassen oder neu geladen.
gap-restarted = Der Server lief nicht.
gap-stopped = Die Kamera war ausgeschaltet.
gap-ended = Die Sitzung war beendet.
gap-unknown = In dieser Zeit wurde nichts aufgezeichnet.

events-title = Ereignisse
events-filter = Welche Ereignisse zu sehen sind
events-none = Keine Ereignisse dieser Art. Wählen Sie oben eine andere.
category-mark = Markierungen
category-step = Schritte
category-chat = Chat
category-picture = Bilder
category-people = Personen
category-tracking = Verfolgung
category-record = Protokoll
by-server = Server

participant-expert = Fachkraft
participant-onsite = vor Ort
participant-observer = zusehend
participant-supervisor = Aufsicht
participant-camera = Kamera
shape-arrow = Pfeil
shape-circle = Kreis
shape-freehand = Freihand
shape-text = Text
mark-is-lost = verloren
mark-is-held = gehalten
mark-is-weak = schwach gehalten
mark-is-out-of-view = außerhalb des Bildes
answered-done = erledigt
answered-cannot = nicht möglich
answered-not-seen = nicht gesehen

event-session-opened = hat die Sitzung geöffnet
event-participant-joined = ist beigetreten ({ $role })
event-participant-connected = ist verbunden
event-participant-disconnected = hat die Verbindung verloren
event-participant-left = hat die Sitzung verlassen
event-page-left = verließ die Seite
event-video-started = sendet ein Bild ({ $codec })
event-audio-started = sendet Ton ({ $codec })
event-track-stopped = Spur beendet
event-mark-drawn = hat Markierung { $mark } gezeichnet ({ $shape })
event-mark-edited = hat Markierung { $mark } geändert
event-mark-erased = hat Markierung { $mark } gelöscht
event-mark-restored = hat Markierung { $mark } zurückgeholt
event-mark-kept = hat Markierung { $mark } bei der Maschine behalten als „{ $name }“
event-mark-retired = hat Dauermarkierung { $mark } zurückgezogen
event-mark-expected = sucht Dauermarkierung { $mark }, „{ $name }“
event-mark-found = hat Dauermarkierung { $mark } wiedergefunden
event-view-kept = hat ein Bild von Markierung { $mark } aus einer anderen Richtung aufbewahrt
event-mark-state-changed = Markierung { $mark } ist { $state }
event-plate-seen = hat das Schild von „{ $machine }“ gesehen (Marke { $tag })
event-plate-dismissed = hat gesagt, dass das Schild einer anderen Maschine im Bild in Ordnung ist
event-step-given = Schritt { $step }{ $mark ->
    [0] { "" }
   *[other] { " " }(Markierung { $mark })
}
event-step-answered = hat Schritt { $step }{ $mark ->
    [0] { "" }
   *[other] { " " }(Markierung { $mark })
} mit „{ $answer }“ beantwortet
event-frozen = hat das Bild angehalten
event-unfrozen = ist zurück beim Livebild
event-muted = hat das Mikrofon ausgeschaltet
event-unmuted = hat das Mikrofon eingeschaltet
event-pictures-only = hat eine zu schwache Leitung für Video: Einzelbilder an seiner Stelle
event-video-again = hat wieder Video
event-still-kept = hat ein Bild aufbewahrt
event-still-with-mark = hat ein Bild zu Markierung { $mark } aufbewahrt
event-photo-asked = hat um ein Foto gebeten
event-photo-declined = hat kein Foto gesendet
event-picture-photo = hat Foto { $picture } aufgenommen
event-picture-shared = hat Bild { $picture } gezeigt
event-picture-annotated = hat auf Bild { $picture } gezeichnet
event-picture-copy = Bild { $picture } mit Markierungen gespeichert
event-picture-shown = hat Bild { $picture } vor Ort gezeigt
event-picture-seen = hatte Bild { $picture } auf dem Bildschirm
event-segment-closed = Aufzeichnung gespeichert ({ $content }, { $frames } Einzelbilder)
event-gap-noted = Lücke von { $seconds } s
event-server-restarted = wurde neu gestartet und hat die Sitzung aus ihrem Protokoll wiederhergestellt
event-session-ending = beendete die Sitzung
event-session-closed = Sitzung beendet

reason-abandoned = niemand war mehr da
reason-disconnected = die Verbindung ging verloren
reason-disk-failed = die Festplatte nahm nichts an
reason-left = der Letzte ist gegangen
reason-overloaded = die Festplatte war zu langsam
reason-page-left = die Seite wurde verlassen oder neu geladen
reason-paused = eine Weile kam nichts an
reason-replaced = von anderer Stelle neu beigetreten
reason-server-stopped = der Server hielt an
reason-session-ended = die Sitzung wurde beendet
reason-signalling-closed = die Seite wurde geschlossen oder verlor ihr Netz
reason-silent = das Netz verstummte
reason-undecodable = Teile gingen unterwegs verloren
reason-facts-lost = Fakten gingen verloren: die Festplatte war zu lange voll
reason-nothing-recovered = nichts davon war zu retten
reason-still-missing = das Bild konnte nicht aufbewahrt werden
reason-picture-not-annotated = das Bild mit Markierungen konnte nicht erstellt werden
reason-camera-off = die Kamera war aus

camera-torch = Licht
camera-zoom = Zoom
camera-facing = Seite der Kamera
camera-height = Zeilen des Bildes
camera-done = getan
camera-failed = vom Gerät nicht getan
camera-refused = abgelehnt
camera-undone = zurückgenommen
event-camera-asked = bat um eine Einstellung ({ $request }): { $what } { $value }
event-camera-answered = Einstellung { $request }: { $outcome }
event-camera-described = sagte, was die Kamera kann
