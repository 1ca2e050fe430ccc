# Wörter, die jede Seite braucht.

close = Schließen
cancel = Abbrechen
try-again = Noch einmal
loading = Wird geladen …
language = Sprache
theme-dark = Dunkle Farben
theme-light = Helle Farben
sign-out = Abmelden
role-admin = Administration
role-expert = Fachkraft
role-auditor = Prüfung
role-supervisor = Aufsicht
error-code = Code: { $code }
back-to-console = Zurück zur Übersicht
replay = Wiedergabe
running = Läuft
people-none = niemand beigetreten
marks = { $count ->
    [0] keine Markierungen
    [one] { $count } Markierung
   *[other] { $count } Markierungen
}
stills = { $count ->
    [0] keine Bilder
    [one] { $count } Bild
   *[other] { $count } Bilder
}
