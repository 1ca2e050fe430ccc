# Der Bericht über eine Sitzung auf Papier: Der Server schreibt ihn, mit den Sätzen aus der Ereignisliste der Wiedergabe.

report-download = Bericht (PDF)
report-later = Bericht und Paket gibt es, wenn die Sitzung beendet ist.

report-title = Sitzungsbericht
report-is-a-copy = Dieser Bericht ist eine Kopie zum Lesen. Der Beleg ist das Paket der Sitzung mit ihrem signierten Protokoll.
report-code = Code
report-site = Standort
report-session = Sitzung
report-began = Beginn (UTC)
report-ended = Ende (UTC)
report-lasted = Dauer
report-made = Bericht erstellt (UTC)
report-log = Protokoll
report-log-verified = geprüft, als dieser Bericht erstellt wurde
report-log-broken = NICHT WIE GESCHRIEBEN: siehe letzte Seite
report-all-utc = Alle Zeiten sind UTC nach der Uhr des Servers. Die Nummern der Markierungen sind die in den Bildern.
report-page = Seite { $page } von { $pages }
report-foot = Sitzung { $session } · letzte Prüfsumme { $head }…

report-people = Wer dabei war
report-person = Name
report-role = Rolle
report-account = Konto
report-no-account = keines (mit Code oder Link)
report-joined = Beigetreten
report-left = Gegangen
report-stayed = bis zum Ende
report-lost-times = Verbindung verloren
report-recorded = Mit Aufzeichnung einverstanden
report-yes = ja
report-no = nein

report-labels = Maschinenschilder in den Bildern
report-no-labels = Keine Kamera sah ein Maschinenschild: Nichts in den Bildern belegt, welche Maschine sie zeigen.
report-label-same = Das Schild dieser Maschine.
report-label-other = WARNUNG: Schild einer anderen Maschine als der dieser Sitzung.

report-marks = Markierungen und Anweisungen
report-no-marks = Es wurde nichts markiert und keine Anweisung gegeben.
report-mark = Markierung { $mark } · { $shape }
report-mark-kept-before = Markierung { $mark } · { $shape } · aus einer früheren Sitzung
report-step = Anweisung { $step }
report-step-about = Anweisung { $step } zu Markierung { $mark }
report-drawn-by = Gezeichnet von { $who }, { $at }
report-kept-by = Bei der Maschine behalten von { $who }, { $at }
report-given-by = Gegeben von { $who }, { $at }
report-mark-says = Text: { $text }
report-step-unanswered = Nicht beantwortet.
report-step-answer = { $who } antwortete „{ $answer }“, { $at }
report-mark-erased = Am Ende der Sitzung gelöscht.
report-mark-retired = Außer Kraft: gilt nicht mehr.
report-mark-kept = Bei der Maschine behalten als „{ $name }“.
report-mark-not-found = Gesucht, in dieser Sitzung nicht gefunden.
report-picture-of-mark = Markierung { $mark } in dem Bild, auf dem sie gezeichnet wurde
report-picture-with = Markierung { $mark } in dem Bild, auf dem sie gezeichnet wurde; auch im Bild: { $others }
report-uncertain = { $mark } (gestrichelt: ihr Ort ist unsicher)
report-picture-of-kept = Das Bild, an dem die behaltene Markierung { $mark } erkannt wird, aus einer früheren Sitzung

report-pictures = Fotos, gezeigte Bilder und Dokumente
report-no-pictures = Es wurden keine Fotos oder Dokumente aufgenommen oder gezeigt.
report-picture-photo = Foto { $picture }, aufgenommen von { $who }, { $at }
report-picture-shared = Bild { $picture }, gezeigt von { $who }, { $at }
report-picture-annotated = Bild { $picture }, darauf gezeichnet hat { $who }, { $at }
report-picture-never-kept = Von diesem Augenblick ist kein Bild gespeichert.
report-picture-gone = Das gespeicherte Bild fehlt auf dem Server oder ist nicht mehr das gespeicherte. Seine SHA-256: { $sha256 }
report-picture-unreadable = Das gespeicherte Bild lässt sich nicht zeigen. Seine SHA-256: { $sha256 }
report-picture-left-out = Ausgelassen: Ein Bericht enthält höchstens { $count } Bilder und davon { $megabytes } MB. Es ist in der Wiedergabe und im Paket.

report-gaps = Was fehlt
report-no-gaps = Nichts: Bei Bild, Ton und Verbindungen wurde keine Lücke vermerkt oder gefunden.
report-gap-from = Von
report-gap-to = Bis
report-gap-seconds = Sekunden
report-gap-what = Was
report-gap-noted = vermerkt: { $what }
report-gap-picture = kein Bild von { $who } aufgezeichnet
report-gap-sound = kein Ton von { $who } aufgezeichnet
report-gap-muted = { $who }: Mikrofon ausgeschaltet
report-gap-lost = { $who }: Verbindung verloren
report-gap-thin = { $who }: einzelne Bilder statt Video
report-gap-restarted = der Server lief nicht
report-gap-recovered = { $content } von { $who }: Der Server wurde beim Schreiben abgebrochen; was auf der Platte war, ist gerettet
report-gap-inside = { $content } von { $who }: { $count }-mal unterbrochen

report-events = Alles, was geschah
report-number = Nr.
report-time = Zeit
report-who = Wer
report-what = Was

report-proof = Nachweis
report-proof-ok = Als dieser Bericht erstellt wurde ({ $at } UTC), war jedes Ereignis und jede Datei genau so, wie sie während der Sitzung geschrieben wurden.
report-proof-bad = Als dieser Bericht erstellt wurde ({ $at } UTC), war etwas NICHT so, wie es während der Sitzung geschrieben wurde. Verwenden Sie die Aufzeichnung nicht als Beleg, bevor das geklärt ist.
report-proof-events = Ereignisse
report-proof-files = Dateien
report-proof-head = Prüfsumme des letzten Ereignisses
report-proof-key = Fingerabdruck des Schlüssels, mit dem signiert wurde
report-proof-more = … und { $count } weitere
report-proof-how = So prüfen Sie den Beleg selbst, auf jedem Rechner: Holen Sie das Paket („Paket herunterladen“ in der Wiedergabe, oder auf dem Server „arsupport export { $session }“) und rufen Sie „arsupport verify“ mit dem Namen der Datei auf. Es muss dieselbe Prüfsumme und denselben Schlüssel nennen. Die Datei README.txt im Paket sagt, wie man es von Hand prüft, ohne dieses Programm.
report-letters-missing = Zeichen, für die dieser Bericht keine Buchstaben hat, stehen in Klammern, etwa [HEBREW ×4]. Vollständig sind sie in der Wiedergabe und im Paket.
