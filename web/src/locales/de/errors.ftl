# Jeder Fehlercode: was geschehen ist und was als Nächstes zu tun ist.

error-not-signed-in = Sie sind nicht angemeldet, oder Ihre Anmeldung ist abgelaufen. Melden Sie sich erneut an.
error-wrong-password = Benutzername oder Passwort ist falsch. Prüfen Sie beides und versuchen Sie es noch einmal.
error-password-too-weak = Dieses Passwort ist zu leicht zu erraten. Wählen Sie mindestens 10 Zeichen, zum Beispiel vier Wörter ohne Zusammenhang.
error-not-allowed = Ihr Konto darf das nicht. Wenden Sie sich an die Administration, wenn Sie es brauchen.
error-link-expired = Dieser Link gilt nicht mehr. Bitten Sie die Person, die ihn geschickt hat, um einen neuen.
error-link-used = Dieser Link wurde schon benutzt; er gilt nur einmal. Bitten Sie um einen neuen.
error-foreign-origin = Die Anfrage kam von einer anderen Webadresse und wurde abgelehnt. Öffnen Sie die Seite über die eigene Adresse dieses Servers.
error-too-many-requests = Das war zu oft in kurzer Zeit. Warten Sie eine Minute und versuchen Sie es dann noch einmal.

error-unknown-machine = Zu diesem Code gibt es keine Maschine. Prüfen Sie den Code auf dem Schild der Maschine oder scannen Sie es noch einmal.
error-unknown-session = Unter dieser Adresse gibt es keine Sitzung. Suchen Sie sie in der Liste der Sitzungen.
error-unknown-call = Dieser Anruf wartet nicht mehr: Er wurde zurückgezogen oder ist beendet. Warten Sie auf den nächsten.
error-unknown-mark = Diese Markierung gibt es in der Sitzung nicht. Laden Sie die Seite neu, um den jetzigen Stand zu sehen.
error-unknown-step = Diese Anweisung gibt es in der Sitzung nicht. Laden Sie die Seite neu, um den jetzigen Stand zu sehen.
error-unknown-camera = Diese Kamera ist nicht online. Prüfen Sie Strom und Netz und versuchen Sie es dann noch einmal.
error-unknown-picture = Dieses Bild ist nicht da. Nehmen Sie es auf oder senden Sie es noch einmal.
error-unknown-file = Diese Datei ist nicht unter den gespeicherten. Laden Sie die Seite neu; fehlt sie weiter, starten Sie eine Prüfung.
error-not-found = Unter dieser Adresse gibt es nichts. Prüfen Sie die Adresse oder gehen Sie zurück zur Startseite.
error-session-ended = Diese Sitzung ist beendet. Ihre Aufzeichnung ist im Verlauf der Maschine zu finden.
error-call-taken = Jemand anderes hat diesen Anruf schon angenommen. Unter „Laufende Sitzungen“ können Sie dazukommen.
error-consent-needed = Ohne Einwilligung in die Aufzeichnung gibt es keinen Anruf. Setzen Sie das Häkchen und bitten Sie dann erneut um Hilfe.
error-camera-taken = Diese Kamera ist schon von anderer Stelle verbunden. Beenden Sie zuerst jene Verbindung.
error-replaced = Diese Sitzung wurde in einem anderen Fenster oder auf einem anderen Gerät geöffnet und läuft dort weiter. Um hier weiterzumachen, laden Sie die Seite neu.

error-bad-message = Der Server konnte nicht lesen, was diese Seite gesendet hat. Laden Sie die Seite neu und versuchen Sie es noch einmal.
error-message-too-large = Das Gesendete ist zu groß. Kürzen oder verkleinern Sie es und versuchen Sie es noch einmal.
error-unsupported-version = Diese Seite ist älter oder neuer als der Server. Laden Sie sie neu, um die richtige zu bekommen.
error-unsupported-codec = Dieses Gerät und der Server haben kein gemeinsames Videoformat. Nutzen Sie ein aktuelles Chrome, Edge, Firefox oder Safari.
error-bad-description = Die Medienverbindung kam nicht zustande. Laden Sie die Seite neu; geschieht es wieder, versuchen Sie einen anderen Browser.
error-frame-gone = Das Bild, auf das Sie gezeichnet haben, liegt nicht mehr vor. Halten Sie das Bild an und zeichnen Sie noch einmal.
error-picture-too-large = Dieses Bild ist größer, als der Server annimmt. Senden Sie ein kleineres.
error-bad-picture = Das ist kein brauchbares Bild. JPEG, PNG und WebP gehen.
error-picture-damaged = Das Bild wurde unterwegs beschädigt. Senden Sie es noch einmal.
error-too-many = Die Grenze ist erreicht. Entfernen Sie etwas nicht mehr Benötigtes und versuchen Sie es dann noch einmal.

error-disk-full = Die Festplatte des Servers ist voll; es kann nichts mehr aufgezeichnet werden. Bitten Sie die Administration, Platz zu schaffen.
error-storage-failed = Der Server konnte dies nicht speichern. Nichts Bestätigtes ist verloren. Versuchen Sie es noch einmal und sagen Sie der Administration Bescheid.
error-storage-corrupt = Gespeicherte Daten passen nicht zu ihrer Prüfsumme. Verwenden Sie sie nicht als Beleg und sagen Sie der Administration Bescheid.
error-server-stopping = Der Server wird neu gestartet. Diese Seite verbindet sich von selbst wieder; warten Sie einen Moment.
error-connection-failed = Der Server ist nicht erreichbar. Prüfen Sie das Netz; diese Seite versucht es weiter.
error-internal = Bei uns ist etwas schiefgegangen. Versuchen Sie es noch einmal; geschieht es wieder, nennen Sie der Administration den Code unten.

error-bad-config = In der Konfiguration des Servers steht ein falscher Wert. Die Administration findet Schlüssel und Grund in der Ausgabe des Servers.
error-insecure-key = Ein geheimer Schlüssel auf dem Server ist für andere lesbar. Die Administration muss den Dateimodus auf 0600 setzen.
error-already-exists = Diesen Namen gibt es schon. Wählen Sie einen anderen.
error-already-running = Auf diesem Datenordner läuft schon ein Server. Beenden Sie zuerst diesen.
