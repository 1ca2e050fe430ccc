# Markierungen, die zu einer Maschine gehören: Sie kommen in späteren Sitzungen wieder.

kept-mark = Dauermarkierung
kept-sought = Wird gesucht
kept-keep = „{ $name }“ bei der Maschine behalten
kept-keep-title = Markierung bei der Maschine behalten
kept-keep-words = Sie erscheint in jeder späteren Sitzung an dieser Maschine wieder an ihrer Stelle, bis jemand sie zurückzieht.
kept-keep-do = Behalten
kept-keep-tip = Die Maschine merkt sie sich: Sie kommt in jeder späteren Sitzung wieder
kept-name = Name
kept-name-hint = Was markiert ist, so wie man es an der Maschine nennt.
kept-reason = Grund
kept-reason-hint = Warum die nächste Person davon wissen muss.
kept-place = Stelle
kept-place-new = Eine neue Dauermarkierung
kept-place-of = Die neue Stelle von „{ $name }“
kept-rename = Name oder Grund von „{ $name }“ ändern
kept-rename-title = Dauermarkierung ändern
kept-rename-do = Ändern
kept-rename-tip = Was andere davon lesen: wie sie heißt und warum sie da ist
kept-retire = „{ $name }“ zurückziehen
kept-retire-open = Zurückziehen
kept-retire-title = „{ $name }“ zurückziehen?
kept-retire-words = Sie wird aus dem Bild genommen und kommt nicht wieder. Ihr Verlauf bleibt bei der Maschine.
kept-retire-reason = Warum gilt sie nicht mehr?
kept-retire-do = Zurückziehen
kept-retire-tip = Sie gilt nicht mehr: nimmt sie aus dem Bild, auch in späteren Sitzungen
kept-by = { $name }, { $at }
kept-picture = Bild der Dauermarkierung „{ $name }“
kept-is-retired = Zurückgezogen
kept-views = { $count ->
    [0] Kein Bild, an dem sie erkannt wird
    [one] An { $count } Bild erkannt
   *[other] An { $count } Bildern erkannt
}
kept-history = { $count ->
    [one] Verlauf: { $count } Eintrag
   *[other] Verlauf: { $count } Einträge
}
kept-turn-kept = Behalten als „{ $name }“ von { $by }
kept-turn-renamed = Geändert von { $by }: „{ $name }“
kept-turn-moved = An eine andere Stelle gesetzt von { $by }
kept-turn-found = Wiedergefunden
kept-turn-retired = Zurückgezogen von { $by }

history-kept = Dauermarkierungen
history-kept-empty = Keine Dauermarkierungen. In einer Sitzung kann eine Fachkraft eine Markierung bei der Maschine behalten; beim nächsten Mal ist sie wieder da.
