# Wie ein Gerät diesem Server vertraut, und Adressen, an denen nichts ist.

trust-title = Diesem Server vertrauen
trust-lead = Ein Browser gibt einer Seite die Kamera nur, wenn er dem Server vertraut. Dieser Server hat eine eigene Zertifizierungsstelle; installieren Sie sie einmal auf diesem Gerät.
trust-compare = Vergleichen Sie diesen SHA-256-Fingerabdruck mit dem, den der Server beim Start ausgibt. Sind sie verschieden, brechen Sie ab: Vielleicht antwortet jemand anderes.
trust-load = Laden Sie das Zertifikat der Zertifizierungsstelle.
trust-download = Zertifikat laden
trust-install = Installieren Sie es. Dieses Gerät:
trust-ios = iPad, iPhone
trust-ios-steps = Den Download erlauben. Einstellungen → „Profil geladen“ → Installieren. Danach Einstellungen → Allgemein → Info → Zertifikatsvertrauenseinstellungen → die Zertifizierungsstelle einschalten. Beide Schritte sind nötig.
trust-android = Android
trust-android-steps = Einstellungen → Sicherheit → Verschlüsselung & Anmeldedaten → Zertifikat installieren → CA-Zertifikat → Datei wählen. Firefox nimmt es erst, wenn in seinen geheimen Einstellungen „CA-Zertifikate von Drittanbietern verwenden“ eingeschaltet ist.
trust-windows = Windows
trust-windows-steps = Datei öffnen → Zertifikat installieren → Lokaler Computer → Vertrauenswürdige Stammzertifizierungsstellen.
trust-macos = macOS
trust-macos-steps = Datei öffnen, zum Schlüsselbund „System“ hinzufügen, dort öffnen und für SSL „Immer vertrauen“ wählen.
trust-linux = Linux
trust-linux-steps = In Chromium oder Firefox: Einstellungen → nach „Zertifikate“ suchen → Zertifizierungsstellen → Importieren → für Websites vertrauen.
trust-again = Öffnen Sie die Adresse des Servers noch einmal. Die Warnung ist weg.
trust-elsewhere = Das Zertifikat dieses Servers kommt von anderswo. Hier gibt es nichts zu installieren; warnt der Browser trotzdem, fragen Sie die Administration.
not-found-title = Hier ist nichts
not-found-tablet = Ich stehe vor einer Maschine und brauche Hilfe
