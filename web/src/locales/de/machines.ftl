# Der Verlauf einer Maschine.

machine-title = Maschine
machine-show-label = Schild
machine-tag = Marke { $tag }
history-sessions = Sitzungen
history-sessions-empty = An dieser Maschine hat noch niemand um Hilfe gebeten. Jede Sitzung wird hier aufbewahrt.
history-stills = Bilder
history-stills-empty = Noch keine Bilder. Ein Bild wird aufbewahrt, sobald eine Fachkraft das Bild anhält oder eine Markierung zeichnet.
still-open = Bild vom { $at }
still-mark = Markierung { $mark }
still-plain = ohne Markierung

history-pictures = Fotos und gezeigte Bilder
history-picture-photo = Foto
history-picture-shared = Gezeigtes Bild
history-picture-annotated = Bild mit Markierungen
history-picture-by = { $name }, { $at }
