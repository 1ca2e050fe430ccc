# Anmelden, und die erste Administration.

sign-in-title = Anmelden
sign-in-lead = Für Fachkräfte, Prüfung und Administration. Sie stehen vor einer Maschine und brauchen Hilfe? Scannen Sie das Schild an der Maschine; dafür ist kein Konto nötig.
sign-in-forgotten = Passwort vergessen oder kein Konto? Fragen Sie die Administration dieses Servers: „arsupport user reset-password“ und „arsupport user add“ helfen.
login = Benutzername
password = Passwort
sign-in = Anmelden
setup-title = arsupport einrichten
setup-lead = Legen Sie die erste Administration dieses Servers an. Dieser Link gilt einmal.
setup-login = Benutzername
setup-login-hint = Buchstaben, Ziffern und . _ @ -
setup-name = Ihr Name
setup-name-hint = So sehen ihn die Menschen, denen Sie helfen.
setup-password = Passwort
setup-password-hint = Mindestens 10 Zeichen und nichts leicht zu Erratendes. Gut sind vier Wörter ohne Zusammenhang.
setup-repeat = Passwort wiederholen
setup-differs = Die beiden Passwörter sind verschieden. Geben Sie zweimal dasselbe ein.
setup-short = Das sind { $length } von mindestens 10 Zeichen.
setup-create = Administration anlegen
setup-dead-title = Dieser Link ist nicht brauchbar
setup-dead-no-token = In der Adresse fehlt der Teil nach „#“. Kopieren Sie den ganzen Link aus der Ausgabe des Servers.
setup-dead-done = Dieser Server hat schon eine Administration. Melden Sie sich an. Kein Konto? Die Administration legt eines auf dem Server an: arsupport user add NAME.
setup-dead-new-link = Der Link gilt 30 Minuten und nur einmal. Starten Sie den Server neu: Solange es keine Administration gibt, gibt er einen neuen Link aus.

new-password-title = Neues Passwort
new-password-lead = Wählen Sie ein neues Passwort für Ihr Konto. Dieser Link gilt einmal; danach sind Sie angemeldet.
new-password-set = Passwort setzen
