# Die Übersicht der Fachkraft.

console-title = Übersicht
console-offline = Keine Verbindung zum Server: Diese Liste kann veraltet sein. Die Verbindung wird von selbst wieder aufgebaut …
calls-title = Wartende Anrufe
calls-empty = Niemand wartet. Wenn jemand das Schild an einer Maschine scannt und um Hilfe bittet, erscheint der Anruf hier.
waiting-for = wartet seit
admit = Annehmen
admit-call = Anruf von { $name } an { $machine } annehmen
sound-turn-on = Ton einschalten
sound-is-on = Anrufe klingeln
open-title = Laufende Sitzungen
open-empty = Zurzeit läuft keine Sitzung.
enter = Beitreten
cameras-title = Feste Kameras
cameras-empty = Keine feste Kamera ist online. Verbunden wird sie mit „arsupport camera“ auf dem Rechner, an dem sie hängt.
call-camera = Kamera anrufen
machines-title = Maschinen
machines-empty = Noch keine Maschinen. Die Administration legt hier die erste an; sie bekommt einen Code und ein Schild zum Aufkleben.
machines-none-found = Keine Maschine passt. Versuchen Sie einen Teil des Namens, des Standorts oder des Codes.
machine-search = Suche nach Name, Standort oder Code
machine-add = Maschine anlegen
machine-added = { $name } ist angelegt. Der Code lautet { $code }.
machine-name = Name
machine-name-hint = Wie die Leute vor Ort sie nennen, zum Beispiel „Presse 4711“.
machine-site = Standort
machine-site-hint = Wo sie steht, zum Beispiel „Ulm, Halle 3“.
machine-sessions = { $count ->
    [one] { $count } Sitzung, am { $last }
   *[other] { $count } Sitzungen, zuletzt am { $last }
}
machine-no-sessions = Noch keine Sitzungen
machine-label = Schild von { $name }
label-title = Schild von { $name }
label-alt = Schild von { $name }: Marke { $tag }, QR-Code, Code { $code }
label-lead = Drucken Sie es in wahrer Größe und kleben Sie es flach an die Maschine. Wer den QR-Code scannt, kann um Hilfe bitten; nichts öffnet sich, bevor eine Fachkraft den Anruf annimmt. An der Marke, dem großen Quadrat, erkennen Kameras die Maschine wieder.
label-link = Link hinter dem QR-Code
label-size = Größe
label-size-a5 = A5, Marke 120 mm: aus bis zu 4 m lesbar
label-size-a6 = A6, Marke 90 mm: aus bis zu 2,5 m lesbar
label-pdf = PDF
label-svg = SVG
label-sheet = Alle Schilder von „{ $site }“ auf A4
invite = Einladen
invite-to = Einladen zu { $name }
invite-lead = Schicken Sie diesen Link jemandem an der Maschine. Er gilt einmal, braucht kein Konto und führt direkt zur Bitte um Hilfe.
invite-link = Einladungslink
invite-until = Gültig bis { $until }
copy = Kopieren
copied = Kopiert
recent-title = Letzte Sitzungen
recent-empty = Noch keine Sitzung ist beendet. Jede kann von hier aus wiedergegeben werden.
