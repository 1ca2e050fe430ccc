# Der Verlauf einer Maschine.

machine-title = Maschine
machine-show-label = Schild
machine-tag = Marke { $tag }
history-sessions = Sitzungen
history-sessions-empty = An dieser Maschine hat noch niemand um Hilfe gebeten. Jede Sitzung wird hier aufbewahrt.
still-open = Bild vom { $at }
still-mark = Markierung { $mark }
still-plain = ohne Markierung

history-pictures = Bilder
history-pictures-empty = Noch keine Bilder. Aufbewahrt werden Fotos, gezeigte Bilder, und das Bild, sobald eine Fachkraft es anhält oder darauf zeichnet.
history-picture-photo = Foto
history-picture-shared = Gezeigtes Bild
history-picture-annotated = Bild mit Markierungen
history-picture-by = { $name }, { $at }
