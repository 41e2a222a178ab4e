# Commands as Discord lists them. A command's name and its options' names are what people type.

command-play = spielen
    .description = Spiel einen Song ab oder stell ihn in die Warteschlange
    .query = suche
    .query-description = Ein Titel, ein Künstler oder eine Adresse
    .placement = platz
    .placement-description = Wohin er kommt; ohne Angabe ans Ende der Warteschlange
    .placement-end = Ans Ende
    .placement-next = Als Nächstes
    .placement-now = Sofort; danach geht es mit dem aktuellen Titel weiter
    .source = quelle
    .source-description = Wo ich nach deinen Worten suche; ohne Angabe, wie in deinen Vorlieben
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .source-local = Musikordner
command-pause = pause
    .description = Halte die Musik an
command-resume = weiter
    .description = Setz die pausierte Musik fort
command-skip = überspringen
    .description = Geh zum nächsten Titel oder zu einem aus der Warteschlange
    .to = bis
    .to-description = Titel der Warteschlange, mit dem es weitergeht; die davor werden übersprungen
command-previous = zurück
    .description = Geh zum vorherigen Titel zurück
command-stop = stopp
    .description = Stopp die Musik und leere die Warteschlange
command-seek = spulen
    .description = Spul an eine Stelle des Titels
    .position = stelle
    .position-description = Wohin, als 90, 1:30 oder 1:02:03; oder wie weit, als +30 oder -15
command-replay = nochmal
    .description = Spiel den Titel noch einmal von vorn
command-nowplaying = aktuell
    .description = Zeig, was gerade läuft
command-lyrics = songtext
    .description = Zeig den Songtext zu dem, was gerade läuft
command-queue = warteschlange
    .description = Zeig, was als Nächstes kommt
command-history = verlauf
    .description = Zeig, was vorher gelaufen ist, um es noch einmal zu spielen
    .mine = meine
    .mine-description = Ob du nur sehen willst, was für dich gelaufen ist
command-remove = entfernen
    .description = Entfern einen Titel aus der Warteschlange, oder alle, auf die etwas zutrifft
    .item = titel
    .item-description = Der Titel, der weg soll
    .to = bis
    .to-description = Entfern alle von jenem Titel bis zu diesem; ohne den anderen vom ersten an
    .member = mitglied
    .member-description = Entfern, was diese Person hinzugefügt hat
    .duplicates = doppelte
    .duplicates-description = Entfern, was in der Warteschlange schon weiter vorn steht oder gerade läuft
    .absent = abwesende
    .absent-description = Entfern, was Leute hinzugefügt haben, die den Sprachkanal verlassen haben
    .words = wörter
    .words-description = Entfern, was alle diese Wörter im Titel oder im Künstler hat
command-move = verschieben
    .description = Verschieb einen Titel der Warteschlange
    .item = titel
    .item-description = Der Titel, den du verschieben willst
    .before = vor
    .before-description = Der Titel, vor dem er stehen soll; ohne Angabe kommt er ans Ende
command-shuffle = mischen
    .description = Misch die Warteschlange durch
    .keep = reihenfolge
    .keep-description = Ob die Titel jeder Person untereinander ihre Reihenfolge behalten
command-clear = leeren
    .description = Entfern alle Titel aus der Warteschlange; was läuft, läuft weiter
command-undo = rückgängig
    .description = Nimm die letzte Änderung an der Warteschlange zurück
command-redo = wiederherstellen
    .description = Stell wieder her, was zuletzt zurückgenommen wurde
command-loop = wiederholen
    .description = Bestimm, was nach einem Titel kommt
    .mode = modus
    .mode-description = Was wiederholt wird
    .mode-off = Nichts
    .mode-track = Dieser Titel
    .mode-queue = Die Warteschlange
    .times = anzahl
    .times-description = Wie oft der Titel noch läuft; ohne Angabe, bis du es beendest
command-volume = lautstärke
    .description = Ändere die Lautstärke
    .percent = prozent
    .percent-description = Wie laut, von 0 bis 200; 100 ist normal
command-filter = filter
    .description = Ändere den Klang
command-filter-preset = vorlage
    .description = Wähl einen Klang; er ersetzt alle Filter
    .name = name
    .name-description = Der Klang
    .name-off = Aus
    .name-bass_boost = Mehr Bass
    .name-treble_boost = Mehr Höhen
    .name-nightcore = Nightcore
    .name-vaporwave = Vaporwave
    .name-eight_d = 8D
    .name-karaoke = Karaoke
    .name-soft = Sanft
    .name-tremolo = Tremolo
    .name-vibrato = Vibrato
command-filter-use = benutzen
    .description = Benutz gespeicherte Filter; sie ersetzen alle anderen
    .name = name
    .name-description = Der Name, unter dem sie gespeichert sind
command-filter-save = speichern
    .description = Speicher die Filter unter einem Namen, für alle hier
    .name = name
    .name-description = Der Name; was schon so heißt, wird ersetzt
command-filter-delete = löschen
    .description = Lösch gespeicherte Filter
    .name = name
    .name-description = Der Name, unter dem sie gespeichert sind
command-autoplay = autoplay
    .description = Bestimm, ob die Musik weitergeht, wenn die Warteschlange leer ist
    .mode = modus
    .mode-description = Ob sie weitergeht
    .mode-on = An
    .mode-off = Aus
    .playlist = playlist
    .playlist-description = Playlist des Servers, mit der es ab jetzt weitergeht; die wählt, wer den Server verwaltet
command-import = importieren
    .description = Füg viele Songs auf einmal hinzu, aus einer Liste, die du einfügst
    .placement = platz
    .placement-description = Wohin sie kommen; ohne Angabe ans Ende der Warteschlange
    .placement-end = Ans Ende
    .placement-next = Als Nächstes
command-join = beitreten
    .description = Hol den Bot in deinen Sprachkanal
command-leave = verlassen
    .description = Stopp die Musik und schick den Bot weg

# Answers. Titles and names come escaped.

live = live
somebody = Jemand
autoplay = Autoplay
filter = { $name ->
    [BASS_BOOST] mehr Bass
    [TREBLE_BOOST] mehr Höhen
    [NIGHTCORE] Nightcore
    [VAPORWAVE] Vaporwave
    [EIGHT_D] 8D
    [SOFT] sanft
    [KARAOKE] Karaoke
    [TREMOLO] Tremolo
    [VIBRATO] Vibrato
    [EQUALIZER] Equalizer
    [TIMESCALE] Tempo und Tonhöhe
    [ROTATION] Rotation
    [DISTORTION] Verzerrung
    [CHANNEL_MIX] gemischte Kanäle
    [LOW_PASS] Tiefpass
   *[other] etwas anderes
}
queue-edit = { $kind ->
    [ADDED] { $count ->
        [one] hat einen Titel hinzugefügt
       *[other] hat { $count } Titel hinzugefügt
    }
    [REMOVED] { $count ->
        [one] hat einen Titel entfernt
       *[other] hat { $count } Titel entfernt
    }
    [MOVED] hat einen Titel verschoben
    [SWAPPED] hat zwei Titel vertauscht
    [REPLACED] hat einen Titel durch einen anderen ersetzt
    [REORDERED] { $count ->
        [one] hat einen Titel umsortiert
       *[other] hat { $count } Titel umsortiert
    }
   *[other] hat etwas geändert
}

card-playing = Läuft gerade
card-paused = Pausiert
card-added = { $count ->
    [one] { $place ->
        [1] Kommt als Nächstes
       *[other] Platz { $place } in der Warteschlange
    }
   *[other] { $count } Titel hinzugefügt, der erste ist auf Platz { $place } der Warteschlange
}
card-starts = Läuft in { $length }
card-left-out = { $count ->
    [one] Ein Titel wurde weggelassen: Dieser Server möchte ihn nicht.
   *[other] { $count } Titel wurden weggelassen: Dieser Server möchte sie nicht.
}
card-ends = Endet { $when }
card-position = Bei { $position } von { $length }
card-requested-by = Gewünscht von { $user }
card-picked = { $reason ->
    [SAME_ARTIST] Ausgewählt wegen { $because }, vom selben Künstler
    [HISTORY] Ausgewählt, weil es hier schon einmal lief
    [FAVORITE] Ausgewählt, weil es hier jemand mag
    [PLAYLIST] Ausgewählt aus der Playlist dieses Servers
   *[other] Ausgewählt wegen { $because }
}
card-votes = { $count } von { $listeners } haben fürs Überspringen gestimmt
card-loop = { $mode ->
    [TRACK] { $count ->
        [0] Dieser Titel wird wiederholt.
        [one] Dieser Titel wird noch einmal wiederholt.
       *[other] Dieser Titel wird noch { $count }-mal wiederholt.
    }
    [QUEUE] Die Warteschlange wird wiederholt.
   *[other] Nichts wird wiederholt.
}
card-volume = Die Lautstärke ist { $percent } %.
card-filters = Filter: { $names }.
card-filters-none = Es sind keine Filter an.
card-filters-saved = Filter als { $name } gespeichert. Benutz sie mit `/filter benutzen`.
card-filters-deleted = { $name } gelöscht. Was läuft, behält seinen Klang.
card-autoplay-on = Wenn die Warteschlange leer ist, mache ich von selbst weiter.
card-autoplay-off = Wenn die Warteschlange leer ist, höre ich auf.
card-waiting = { $count ->
    [one] Ein Titel wartet, { $length }
   *[other] { $count } Titel warten, { $length }
}
card-nothing-next = Die Warteschlange ist leer. Füg etwas mit `/spielen` hinzu.
card-over = Die Musik ist zu Ende. Starte etwas mit `/spielen`.
card-moved-on = Der Player läuft in einer neueren Nachricht weiter.
card-deed = { $method ->
    [AddQueueItems] { $user } hat etwas in die Warteschlange gestellt.
    [ClearQueue] { $user } hat die Warteschlange geleert.
    [DeleteSavedFilters] { $user } hat gespeicherte Filter gelöscht.
    [JoinChannel] { $user } hat mich hergeholt.
    [JumpToQueueItem] { $user } ist zu diesem Titel gesprungen.
    [LeaveChannel] { $user } hat mich weggeschickt.
    [MoveQueueItem] { $user } hat einen Titel der Warteschlange verschoben.
    [Pause] { $user } hat pausiert.
    [Play] { $user } hat sich Musik gewünscht.
    [Previous] { $user } ist zum vorherigen Titel zurückgegangen.
    [RedoQueueEdit] { $user } hat eine Änderung an der Warteschlange wiederhergestellt.
    [RemoveQueueItem] { $user } hat einen Titel aus der Warteschlange entfernt.
    [RemoveQueueItems] { $user } hat Titel aus der Warteschlange entfernt.
    [ReplaceQueueItem] { $user } hat einen falschen Titel durch einen anderen ersetzt.
    [Replay] { $user } hat den Titel noch einmal gestartet.
    [Resume] { $user } hat die Musik fortgesetzt.
    [ReverseQueue] { $user } hat die Warteschlange umgedreht.
    [SaveFilters] { $user } hat die Filter gespeichert.
    [Seek] { $user } hat im Titel gespult.
    [ShuffleQueue] { $user } hat die Warteschlange gemischt.
    [Skip] { $user } wollte den nächsten Titel.
    [SortQueue] { $user } hat die Warteschlange sortiert.
    [Stop] { $user } hat die Musik gestoppt.
    [SwapQueueItems] { $user } hat zwei Titel der Warteschlange vertauscht.
    [TransferDj] { $user } hat bestimmt, wer DJ ist.
    [UndoQueueEdit] { $user } hat eine Änderung an der Warteschlange zurückgenommen.
    [UpdatePlayer] { $user } hat etwas an der Wiedergabe geändert.
    [Vote] { $user } hat abgestimmt.
   *[other] { $user } hat etwas geändert.
}
card-skipped = { $title } übersprungen.
card-voted = { $count ->
    [one] Du hast fürs Überspringen gestimmt. Eine Stimme fehlt noch.
   *[other] Du hast fürs Überspringen gestimmt. { $count } Stimmen fehlen noch.
}
card-sought = Zu { $position } gespult.
card-stopped = Gestoppt und die Warteschlange geleert.
card-joined = Ich bin in { $channel }. Starte etwas mit `/spielen`.
card-left = Gestoppt und den Sprachkanal verlassen.
card-queue = { $count ->
    [0] Warteschlange
    [one] Warteschlange: ein Titel, { $length }
   *[other] Warteschlange: { $count } Titel, { $length }
}
card-queue-empty = Die Warteschlange ist leer. Füg etwas mit `/spielen` hinzu.
card-queue-current = ▶️ { $track }
card-queue-line = { $place }. { $track }
card-queue-more = … und { $count } weitere
card-removed = { $title } aus der Warteschlange entfernt.
card-candidates = Welcher Song soll es sein? Er ersetzt den falschen.
card-candidates-choose = Wähl den richtigen aus
card-candidates-none = Ich habe keinen anderen Song dazu gefunden. Such ihn mit `/spielen`.
card-replaced = Jetzt ist es { $title }.
card-moved = Titel verschoben. Die neue Reihenfolge zeigt dir `/warteschlange`.
card-shuffled = Warteschlange gemischt. Die neue Reihenfolge zeigt dir `/warteschlange`.
card-undone = Zurückgenommen: { $user } { $what }. Stell es wieder her mit `/wiederherstellen`.
card-redone = Wiederhergestellt: { $user } { $what }. Nimm es zurück mit `/rückgängig`.
card-cleared = { $count ->
    [one] Einen Titel aus der Warteschlange entfernt.
   *[other] { $count } Titel aus der Warteschlange entfernt.
}
card-lyrics = Songtext
card-lyrics-from = Songtext von { $provider }
card-history = Zuletzt gelaufen
card-history-empty = Bis jetzt lief noch nichts. Starte etwas mit `/spielen`.
card-history-line = { $reason ->
    [SKIPPED] { $track }, übersprungen { $when }
    [STOPPED] { $track }, gestoppt { $when }
    [FAILED] { $track }, nicht abspielbar { $when }
    [VOICE_LOST] { $track }, abgebrochen mit der Sprachverbindung { $when }
   *[other] { $track }, { $when }
}
card-import = { $state ->
    [SUCCEEDED] { $added } von { $total } hinzugefügt.
    [CANCELLED] Abgebrochen. { $added } von { $total } hinzugefügt; nimm sie mit `/rückgängig` zurück.
    [FAILED] Aufgegeben. { $added } von { $total } hinzugefügt.
   *[other] { $done } von { $total } nachgeschlagen, bisher { $added } hinzugefügt.
}
card-import-missed = { $count ->
    [one] Nicht gefunden:
   *[other] Nicht gefunden ({ $count }):
}
card-refused = { $why } (`{ $ref }`)

button-pause = Pause
button-resume = Weiter
button-skip = Überspringen
button-wrong = Falscher Song?
button-first = Erste Seite
button-more = Mehr
button-cancel = Abbrechen
form-import = Songs importieren
form-import-lines = Ein Song pro Zeile
form-import-example = Titel und Künstler, oder eine Adresse
choice-item = { $place }. { $track }

# One sentence and one way out for each reason of the contract.

error-internal = Da ist etwas Unerwartetes schiefgegangen.
    .way-out = Versuch es noch einmal; wenn es bleibt, gib die Referenz an die Leute, die den Bot betreiben.
error-invalid-argument = { $field ->
    [position] Das ist keine Stelle in einem Titel.
    [offset] Das ist weiter, als je ein Titel lang ist.
    [item_ids] Das sagt nicht, was weg soll.
    [loop_count] Nur ein Titel kann so oft wiederholt werden.
    [query] Das ist zu lang für eine Suche.
    [lines] Das ist keine Liste von Songs.
    [values] Eine davon ist keine Domain.
    [item] Das ist kein Titel der Warteschlange.
    [before] Das ist kein Titel der Warteschlange.
    [to] Das ist kein Titel der Warteschlange.
    [setting] { $kind ->
        [number] Das ist keine Zahl von { $least } bis { $most }.
        [length] Das ist keine Länge von { $least } bis { $most } Sekunden.
        [text] Das ist zu lang.
        [lines] Das ist zu lang.
        [order] In einer dieser Zeilen steht kein Button oder einer, der schon da ist.
        [shares] In einer dieser Zeilen steht kein Anteil der Zuhörenden.
        [too-long] Diese Liste ist zu lang, um sie in Discord zu ändern.
       *[other] Das steht nicht mehr zur Wahl.
    }
    [time_of_day] Das ist keine Uhrzeit.
    [text] Eine tägliche Nachricht braucht einen Text.
    [schedule_id] Das ist kein Zeitplan.
    [name] So kann es nicht heißen.
   *[other] Etwas daran ist nicht gültig.
}
    .way-out = { $field ->
    [position] Schreib `90`, `1:30` oder `1:02:03`, oder `+30` oder `-15`, um vor- oder zurückzuspulen.
    [offset] Schreib `+30` oder `-15`.
    [item_ids] Wähl einen Titel, mehrere hintereinander, eine Person, doppelte Titel, die von Leuten, die weg sind, oder Wörter.
    [loop_count] Wähl den Titel aus oder lass die Anzahl weg.
    [query] Nimm weniger Wörter.
    [lines] Schreib einen Song pro Zeile, jeden mit höchstens 200 Zeichen.
    [values] Schreib eine pro Zeile, wie `example.org`.
    [item] Wähl einen von denen, die dir beim Tippen gezeigt werden, oder tipp seine Nummer.
    [before] Wähl einen von denen, die dir beim Tippen gezeigt werden, oder tipp seine Nummer.
    [to] Wähl einen von denen, die dir beim Tippen gezeigt werden, oder tipp seine Nummer.
    [setting] { $kind ->
        [number] Schreib sie in Ziffern.
        [length] Schreib sie als `90`, `1:30` oder `1:02:03`.
        [text] Schreib höchstens { $most } Zeichen.
        [lines] Schreib höchstens { $lines } Zeilen, jede mit höchstens { $most } Zeichen.
        [order] Schreib einen pro Zeile. Es gibt: { $words }.
        [shares] Schreib hinter jeden Doppelpunkt eine Zahl von { $least } bis { $most } oder nichts. Es gibt: { $words }.
        [too-long] Änder sie über REST oder setz sie auf den Standard zurück.
       *[other] Öffne noch einmal `/einstellungen`.
    }
    [time_of_day] Schreib sie als `09:30` oder `21:00`.
    [text] Schreib einen oder wähl den Song des Tages.
    [schedule_id] Wähl einen von denen, die dir beim Tippen gezeigt werden.
    [name] Wähl einen kürzeren Namen auf einer Zeile.
   *[other] Änder es und versuch es noch einmal.
}
error-unknown-method = Die Teile des Bots verstehen einander nicht.
    .way-out = Bitte die Leute, die den Bot betreiben, alles zu aktualisieren.
error-unauthenticated = Ich weiß nicht, wer du bist.
    .way-out = Melde dich noch einmal an.
error-caller-refused = Ein Teil des Bots darf das von einem anderen nicht verlangen.
    .way-out = Gib die Referenz an die Leute, die den Bot betreiben.
error-scope-missing = Dein Token erlaubt das nicht.
    .way-out = Benutz ein Token mit der nötigen Berechtigung.
error-level-too-low = { $required ->
    [LISTENER] Das können nur Leute, die zuhören.
    [DJ] Das können nur DJs.
    [MANAGER] Das können nur Leute, die den Server verwalten.
    [OWNER] Das kann nur, wem der Server gehört.
    [OPERATOR] Das kann nur, wer den Bot betreibt.
   *[other] Das kannst du hier nicht.
}
    .way-out = { $required ->
    [LISTENER] Komm erst in den Sprachkanal des Bots.
    [DJ] Bitte um die DJ-Rolle dieses Servers.
   *[other] Frag jemanden, der es kann.
}
error-guild-not-found = Ich kenne diesen Server nicht.
    .way-out = Lad mich noch einmal ein.
error-request-id-reused = Das wurde schon einmal verlangt, aber anders.
    .way-out = Versuch es noch einmal.
error-rate-limited = Das war zu viel auf einmal.
    .way-out = Versuch es in { $seconds ->
    [one] einer Sekunde noch einmal.
   *[other] { $seconds } Sekunden noch einmal.
}
error-unavailable = Ein Teil des Bots ist gerade weg, deshalb wurde nichts geändert.
    .way-out = Versuch es in ein paar Sekunden noch einmal.
error-deadline-exceeded = Das hat zu lange gedauert.
    .way-out = Schau mit `/aktuell` nach, ob es geklappt hat, oder versuch es noch einmal.
error-body-too-large = Das ist mehr, als ich auf einmal nehmen kann.
    .way-out = Schick weniger.
error-page-token-invalid = Diese Seite gibt es nicht mehr.
    .way-out = Fang auf der ersten Seite an.
error-not-in-voice = Du bist in keinem Sprachkanal.
    .way-out = Geh in einen und versuch es noch einmal.
error-foreign-voice-channel = Das ist nicht dein Sprachkanal.
    .way-out = Komm in den Sprachkanal des Bots oder nenn deinen eigenen.
error-voice-channel-not-found = Ich finde diesen Sprachkanal nicht.
    .way-out = Geh in einen anderen und versuch es noch einmal.
error-voice-channel-forbidden = Ich darf mich mit diesem Sprachkanal nicht verbinden oder dort nicht sprechen.
    .way-out = Bitte die Moderation, es mir zu erlauben, oder geh in einen anderen Kanal.
error-nothing-playing = Es läuft nichts.
    .way-out = Starte etwas mit `/spielen`.
error-already-paused = Die Musik ist schon pausiert.
    .way-out = Mach weiter mit `/weiter`.
error-not-paused = Die Musik ist nicht pausiert.
    .way-out = Pausier sie mit `/pause`.
error-not-seekable = In diesem Titel kann man nicht spulen.
    .way-out = Lass ihn laufen oder mach weiter mit `/überspringen`.
error-seek-out-of-range = Der Titel ist vorher zu Ende.
    .way-out = Seine Länge zeigt dir `/aktuell`.
error-no-match = Dazu habe ich nichts gefunden.
    .way-out = Versuch es mit anderen Wörtern oder einer Adresse.
error-load-failed = { $source ->
    [spotify] Ich kann diesen Link von Spotify nicht lesen.
    [applemusic] Ich kann diesen Link von Apple Music nicht lesen.
    [deezer] Ich kann diesen Link von Deezer nicht lesen.
   *[other] Ich kann das nicht lesen.
}
    .way-out = { $source ->
    [spotify] Such einen Song daraus nach Titel und Künstler.
    [applemusic] Such einen Song daraus nach Titel und Künstler.
    [deezer] Such einen Song daraus nach Titel und Künstler.
   *[other] Versuch es mit einer anderen Adresse oder such nach dem Titel.
}
error-handle-invalid = Ich kenne diesen Titel nicht mehr.
    .way-out = Such noch einmal danach.
error-item-not-found = Dieser Titel ist nicht mehr da.
    .way-out = Was da ist, zeigt dir `/warteschlange`.
error-queue-full = Die Warteschlange ist voll.
    .way-out = Lass erst ein paar Titel laufen.
error-no-node = Ich kann gerade keinen Ton machen.
    .way-out = Versuch es in ein paar Sekunden noch einmal.
error-not-own-item = Das hat jemand anders hinzugefügt.
    .way-out = Frag die Person oder DJs.
error-not-connected = Ich bin in keinem Sprachkanal.
    .way-out = Hol mich mit `/beitreten` in deinen.
error-queue-empty = Die Warteschlange ist schon leer.
    .way-out = Füg etwas mit `/spielen` hinzu.
error-nothing-to-play = Darin gibt es nichts abzuspielen.
    .way-out = Gib einen Titel, einen Künstler oder eine Adresse an.
error-version-stale = { $what ->
    [settings] Die Einstellungen haben sich inzwischen geändert.
   *[other] Die Warteschlange hat sich inzwischen geändert.
}
    .way-out = { $what ->
    [settings] Sieh sie dir an und versuch es noch einmal.
   *[other] Sieh sie dir mit `/warteschlange` an und versuch es noch einmal.
}
error-nothing-before = Davor lief nichts.
    .way-out = Was gelaufen ist, zeigt dir `/verlauf`.
error-nothing-to-undo = Es gibt nichts zurückzunehmen.
    .way-out = Was da ist, zeigt dir `/warteschlange`.
error-nothing-to-redo = Es gibt nichts wiederherzustellen.
    .way-out = Nimm erst etwas mit `/rückgängig` zurück.
error-quota-reached = { $limit ->
    [one] Dieser Server erlaubt allen je einen Titel in der Warteschlange.
   *[other] Dieser Server erlaubt allen je { $limit } Titel in der Warteschlange.
}
    .way-out = Lass erst einen von deinen laufen oder frag DJs.
error-track-too-long = Dieser Titel ist länger, als dieser Server erlaubt.
    .way-out = Wähl einen kürzeren.
error-stream-unwelcome = Dieser Server erlaubt keine Livestreams.
    .way-out = Wähl einen Titel, der ein Ende hat.
error-duplicate-unwelcome = Das ist schon in der Warteschlange.
    .way-out = Wähl etwas anderes.
error-already-voted = Du hast schon dafür gestimmt.
    .way-out = { $missing ->
    [one] Noch eine Person muss es wollen.
   *[other] Noch { $missing } Leute müssen es wollen.
}
error-votes-needed = Andere hören hier zu.
    .way-out = Stimm mit `/überspringen` ab.
error-nothing-to-save = Es sind keine Filter an.
    .way-out = Stell erst welche mit `/filter` ein.
error-too-many-saved = Dieser Server hat schon { $limit } gespeicherte Filter.
    .way-out = Lösch erst einen davon.
error-saved-filters-not-found = Unter diesem Namen ist nichts gespeichert.
    .way-out = Wähl einen der Namen, die dir vorgeschlagen werden.
error-filters-unsupported = So lässt sich der Klang hier nicht ändern.
    .way-out = Wähl andere Filter.
error-too-many-tracks = Diese Liste hat mehr als { $limit } Titel.
    .way-out = Wähl eine kürzere.
error-job-not-found = Ich kenne diesen Auftrag nicht.
    .way-out = Sieh in der Liste der Aufträge nach.
error-source-failed = { $source ->
    [youtube] YouTube antwortet mir gerade nicht.
    [soundcloud] SoundCloud antwortet mir gerade nicht.
    [bandcamp] Bandcamp antwortet mir gerade nicht.
    [spotify] Spotify antwortet mir gerade nicht.
    [applemusic] Apple Music antwortet mir gerade nicht.
    [deezer] Deezer antwortet mir gerade nicht.
   *[other] Diese Quelle antwortet mir gerade nicht.
}
    .way-out = Versuch es mit einer anderen Quelle oder in ein paar Minuten noch einmal mit dieser.
error-node-not-found = Ich kenne diesen Audio-Node nicht.
    .way-out = Sieh in der Liste der Nodes nach.
error-node-exists = Einen Audio-Node mit diesem Namen gibt es schon.
    .way-out = Wähl einen anderen Namen oder entfern erst den anderen.
error-node-configured = Dieser Audio-Node steht in LAVALINK_NODES und kann deshalb hier nicht entfernt werden.
    .way-out = Nimm ihn erst außer Betrieb und dann aus LAVALINK_NODES.
error-node-too-old = Dieser Audio-Node ist älter als Lavalink 4.2, das verschlüsselte Anrufe brauchen.
    .way-out = Aktualisier ihn und versuch es noch einmal.
error-node-password-default = Dieser Audio-Node hat das Passwort, das alle kennen.
    .way-out = Gib ihm ein anderes, hier und in seiner application.yml.
error-node-unanswered = Dieser Audio-Node antwortet nicht, oder nicht auf dieses Passwort.
    .way-out = Prüf Adresse und Passwort und ob er läuft.
error-lyrics-not-found = Zu diesem Titel habe ich keinen Songtext gefunden.
    .way-out = Versuch es mit einer anderen Version des Songs.
error-not-supported = { $missing ->
    [lavalyrics-plugin] Kein Audio-Node kann Songtexte suchen.
    [sponsorblock-plugin] Kein Audio-Node kann Abschnitte überspringen.
   *[other] Das kann kein Audio-Node.
}
    .way-out = Bitte die Leute, die den Bot betreiben, { $missing ->
    [lavalyrics-plugin] das Plugin LavaLyrics hinzuzufügen.
    [sponsorblock-plugin] das Plugin SponsorBlock hinzuzufügen.
   *[other] einen hinzuzufügen, der es kann.
}
error-import-not-found = Ich kenne diesen Import nicht mehr.
    .way-out = Starte ihn noch einmal mit `/importieren`.
error-import-ended = Dieser Import ist schon zu Ende.
    .way-out = Nimm zurück, was er hinzugefügt hat, mit `/rückgängig`.
error-import-under-way = Auf diesem Server läuft schon ein Import.
    .way-out = Warte, bis er zu Ende ist, oder brich ihn ab.
error-not-own-import = Diesen Import hat jemand anders gestartet.
    .way-out = Frag die Person oder DJs.

# Asking for music

command-search = suchen
    .description = Such nach Musik und wähl aus, was laufen soll, auch mehrere Songs auf einmal
    .query = suche
    .query-description = Wörter aus dem Titel oder dem Namen des Künstlers
    .source = quelle
    .source-description = Wo gesucht wird; ohne Angabe überall
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .source-local = Musikordner
    .placement = platz
    .placement-description = Wohin es kommt; ohne Angabe ans Ende der Warteschlange
    .placement-end = Ans Ende
    .placement-next = Als Nächstes
    .placement-now = Sofort
command-playfile = datei
    .description = Spiel eine Datei ab, die du hochlädst
    .file = datei
    .file-description = Ein Song als Datei
    .placement = platz
    .placement-description = Wohin er kommt; ohne Angabe ans Ende der Warteschlange
    .placement-end = Ans Ende
    .placement-next = Als Nächstes
    .placement-now = Sofort
menu-playthis = Das abspielen
command-help = hilfe
    .description = Zeig, was ich alles kann
card-found = { $count ->
    [one] Ein Song gefunden.
   *[other] { $count } Songs gefunden.
}
card-found-choose = Wähl aus, was laufen soll
card-found-none = Ich habe nichts gefunden, was du auswählen kannst. Nimm `/spielen` mit einer Adresse oder andere Wörter.
card-help = Was ich alles kann
card-help-line = **/{ $command }** — { $what }
# Settings of a server. `.none` is what zero, or nothing, means.

command-settings = einstellungen
    .description = Sieh und ändere, wie der Bot auf diesem Server arbeitet

setting-group-queue = Warteschlange
setting-group-playback = Wiedergabe
setting-group-channel = Sprachkanal
setting-group-people = Abstimmungen und Rollen
setting-group-commands = Befehle
setting-group-blocks = Gesperrt
setting-group-appearance = Aussehen
setting-group-community = Community

setting-fair_queue = Faire Warteschlange
    .description = Neue Titel kommen abwechselnd mit denen der anderen dran, je einer, statt ans Ende.
setting-allow_duplicates = Doppelte Titel
    .description = Ein Titel darf hinzugefügt werden, auch wenn er schon in der Warteschlange ist.
setting-allow_streams = Livestreams
    .description = Livestreams dürfen hinzugefügt werden.
setting-max_queue_length = Titel in der Warteschlange
    .description = Wie viele Titel höchstens in der Warteschlange warten.
setting-max_items_per_requester = Titel pro Person
    .description = Wie viele Titel einer Person höchstens in der Warteschlange warten.
    .none = unbegrenzt
setting-max_track_length = Längster Titel
    .description = Wie lang ein Titel höchstens sein darf.
    .none = unbegrenzt
setting-loudness_levelling = Lautstärke angleichen
    .description = Alle Titel werden gleich laut, ab dem nächsten.
setting-skip_segments = Überspringen, was keine Musik ist
    .description = Sponsoren, Eigenwerbung und Gerede in Videos von YouTube werden übersprungen.
setting-crossfade = Crossfade
    .description = Wie lange das Ende eines Titels und der Anfang des nächsten zusammen klingen.
    .none = aus
setting-stay_connected = Verbunden bleiben
    .description = Der Bot bleibt in seinem Sprachkanal, bis ihn jemand wegschickt.
setting-empty_channel_timeout = Allein bleiben
    .description = Wie lange der Bot in einem Sprachkanal bleibt, den alle verlassen haben.
    .none = sofort gehen
setting-vote_share_percent = Stimmen fürs Überspringen
    .description = Welcher Anteil der Zuhörenden etwas überspringen wollen muss. DJs brauchen keine Stimmen.
    .none = keine Abstimmung nötig
setting-dj_role_id = DJ-Rolle
    .description = Die Rolle, deren Mitglieder DJs sind.
    .none = eine Rolle namens „DJ“

setting-lone_listener_is_dj = Wer allein ist, ist DJ
    .description = Wer allein zuhört, darf, was DJs dürfen.
setting-command_cooldown = Pause zwischen Befehlen
    .description = Wie lange eine Person zwischen zwei Befehlen wartet. DJs müssen nicht warten.
    .none = keine
setting-commands_per_minute = Befehle pro Minute
    .description = Wie viele Befehle alle zusammen in einer Minute geben können. DJs zählen nicht mit.
    .none = unbegrenzt
setting-voice_channel_ids = Sprachkanäle
    .description = Die Sprachkanäle, in die man den Bot holen darf.
    .none = alle
setting-command_channel_ids = Kanäle für Befehle
    .description = Die Kanäle, in denen Befehle angenommen werden, auch in ihren Threads. Wer den Server verwaltet, gibt überall Befehle.
    .none = alle
setting-blocked_user_ids = Gesperrte Leute
    .description = Sie dürfen nur zusehen, außer sie verwalten den Server.
    .none = niemand
setting-blocked_role_ids = Gesperrte Rollen
    .description = Ihre Mitglieder dürfen nur zusehen, außer sie verwalten den Server.
    .none = keine
setting-blocked_tracks = Gesperrte Titel
    .description = Titel, die niemand hinzufügen darf, jeder mit seiner Adresse oder seinem ganzen Namen.
    .none = keine
setting-blocked_artists = Gesperrte Künstler
    .description = Von ihnen darf nichts hinzugefügt werden. Gesperrt wird nach dem ganzen Namen.
    .none = keine
setting-blocked_domains = Gesperrte Websites
    .description = Von diesen Domains und denen darunter darf nichts hinzugefügt werden.
    .none = keine
setting-language = Sprache
    .description = Die Sprache, in der ich mit allen rede.
    .none = wie in Discord
    .en = English
    .de = Deutsch
    .es = Español
    .ja = 日本語
setting-music_channel_id = Musikkanal
    .description = Der Kanal, in dem der Player gezeigt wird.
    .none = wo die Musik gestartet wurde
setting-voice_status = Status des Sprachkanals
    .description = Der Status des Sprachkanals sagt, was läuft.
setting-welcome_channel_id = Willkommenskanal
    .description = Der Kanal, in dem ich begrüße, wer auf diesen Server kommt.
    .none = aus, niemand wird begrüßt
setting-welcome_text = Begrüßung
    .description = Was ich ihnen sage. {"{user}"}, {"{server}"}, {"{count}"} und {"{date}"} stehen für ihren Namen, den Namen des Servers, die Mitglieder und den Tag.
    .none = ein eigener Satz von mir
setting-welcome_mention = Anpingen, wer begrüßt wird
    .description = {"{user}"} in der Begrüßung pingt sie an.
setting-on = an
setting-off = aus
setting-number = { $unit ->
    [percent] { $value } %
   *[other] { $value }
}
setting-length = { $colon ->
    [True] { $length }
   *[other] { $length } s
}
setting-several = { $values }
setting-more = { $count } weitere
setting-limits = { $kind ->
    [number] { $least } bis { $most }
    [length] Bis zu { $most } Sekunden, als 90 oder 1:30
    [lines] Pro Zeile eins, höchstens { $lines }
    [order] Pro Zeile eins, der Reihe nach
    [shares] Hinter jedem Doppelpunkt Prozent der Zuhörenden oder nichts
   *[other] Höchstens { $most } Zeichen
}

card-settings = Einstellungen: { $group }
card-settings-choose-group = Wähl eine Gruppe
card-settings-choose = Wähl eine Einstellung
card-settings-choose-value = Wähl aus
card-settings-choose-values = Wähl bis zu { $count } aus
card-settings-too-long = Das sind { $count }, mehr, als sich in Discord ändern lassen. Änder sie über REST oder setz sie auf den Standard zurück.
card-settings-line = { $chosen ->
    [True] **{ $name }**: { $value }
   *[other] **{ $name }**: { $value } (Standard)
}
card-changes = Änderungen an den Einstellungen
card-changes-none = In den letzten 90 Tagen hat niemand die Einstellungen geändert.
card-change = { $surface ->
    [API] { $when } { $user }, mit einem Token: **{ $name }** { $before } → { $after }
   *[other] { $when } { $user }: **{ $name }** { $before } → { $after }
}
button-reset = Auf Standard zurücksetzen
button-reset-group = Alle auf Standard zurücksetzen
button-changes = Änderungen
button-back = Zurück
button-change = Ändern
button-turn-on = Einschalten
button-turn-off = Ausschalten
form-setting = Einstellung ändern
# Who may do what

card-vote-counted = { $count ->
    [one] Deine Stimme zählt. Noch eine Person muss es wollen.
   *[other] Deine Stimme zählt. Noch { $count } Leute müssen es wollen.
}

error-blocked = Auf diesem Server darfst du nur zusehen.
    .way-out = Frag jemanden, der den Server verwaltet.
error-track-blocked = Dieser Server hat diesen Titel gesperrt.
    .way-out = Wähl etwas anderes.
error-artist-blocked = Dieser Server hat diesen Künstler gesperrt.
    .way-out = Wähl etwas von jemand anderem.
error-domain-blocked = Dieser Server nimmt nichts von dieser Website.
    .way-out = Such es anderswo.
error-foreign-text-channel = In diesem Kanal nehme ich keine Befehle an.
    .way-out = Nimm { $channels }.
error-voice-channel-unwelcome = In diesen Sprachkanal darf ich nicht kommen.
    .way-out = Geh in { $channels }.

# The panel

button-previous = Zurück
button-stop = Stopp
button-favorite = Favorit
button-shuffle = Mischen
button-loop = { $mode ->
    [TRACK] Wiederholen: Titel
    [QUEUE] Wiederholen: Warteschlange
   *[other] Wiederholen: aus
}
button-autoplay = Autoplay
button-lyrics = Songtext
button-queue = Warteschlange
panel-next = **Als Nächstes**
panel-queue-ends = Die Warteschlange endet { $when }
panel-jump = Spring zu einem Titel
panel-effects = Ändere den Klang
panel-elsewhere = Der Player ist in { $channel }.
panel-lost = Ich kann den Player in { $channel } auf { $server } nicht mehr zeigen. Lass mich den Kanal sehen und darin schreiben oder wähl in den Einstellungen einen anderen.

# Schedules, statistics and what the bot says of its own.

card-first-steps =
    Hallo! Ich spiele hier Musik.
    1. Geh in einen Sprachkanal.
    2. Schreib `/spielen` und einen Titel oder eine Adresse.
    Wer diesen Server verwaltet, kann mich mit `/zeitplan erstellen` einmal am Tag etwas posten lassen.
card-welcome = Willkommen auf {"{server}"}, {"{user}"}!
card-song-of-the-day = { $count ->
    [one] 🎵 Song des Tages: { $title } von { $author }, lief hier schon einmal.
   *[other] 🎵 Song des Tages: { $title } von { $author }, lief hier schon { $count }-mal.
}
error-channel-not-writable = In diesem Textkanal kann ich nicht schreiben.
    .way-out = Lass mich ihn sehen und darin schreiben oder wähl einen anderen.
error-members-intent-missing = Discord sagt mir nicht, wer auf diesen Server kommt.
    .way-out = Bitte die Leute, die den Bot betreiben, im Entwicklerportal von Discord unter Bot den Server Members Intent einzuschalten und mich neu zu starten.
error-time-zone-unknown = Eine Zeitzone mit diesem Namen gibt es nicht.
    .way-out = Wähl eine von denen, die dir beim Tippen gezeigt werden, wie `Europe/Berlin`.
error-schedule-not-found = Ich kenne diesen Zeitplan nicht mehr.
    .way-out = Welche es gibt, zeigt dir `/zeitplan liste`.
error-too-many-schedules = Dieser Server hat schon { $limit } Zeitpläne.
    .way-out = Entfern erst einen mit `/zeitplan entfernen`.

command-schedule = zeitplan
    .description = Lass mich einmal am Tag etwas posten
command-schedule-create = erstellen
    .description = Poste einmal am Tag eine Nachricht oder den Song des Tages
    .channel = kanal
    .channel-description = Der Textkanal, in dem ich poste
    .time = zeit
    .time-description = Die Uhrzeit, als 09:30
    .zone = zeitzone
    .zone-description = Die Zeitzone, als Europe/Berlin
    .kind = art
    .kind-description = Was ich poste; ohne Angabe eine Nachricht
    .kind-message = eine Nachricht
    .kind-song = den Song des Tages
    .text = text
    .text-description = Die Nachricht; {"{server}"}, {"{count}"} und {"{date}"} stehen für Namen, Mitglieder und Tag
command-schedule-list = liste
    .description = Zeig, was ich einmal am Tag poste
command-schedule-pause = pause
    .description = Lass einen Zeitplan pausieren
    .schedule = zeitplan
    .schedule-description = Der Zeitplan
command-schedule-resume = weiter
    .description = Lass einen Zeitplan weiterlaufen
    .schedule = zeitplan
    .schedule-description = Der Zeitplan
command-schedule-remove = entfernen
    .description = Entfern einen Zeitplan
    .schedule = zeitplan
    .schedule-description = Der Zeitplan
command-stats = statistik
    .description = Zeig, was am meisten gehört wurde
    .who = wer
    .who-description = Wessen Statistik; ohne Angabe die des Servers
    .who-server = die des Servers
    .who-me = meine
    .period = zeitraum
    .period-description = Wie weit zurück; ohne Angabe 30 Tage
    .period-day = einen Tag
    .period-week = eine Woche
    .period-month = 30 Tage
    .period-all = bis zum ersten Titel
schedule-what = { $kind ->
    [SONG_OF_THE_DAY] Song des Tages in { $channel } um { $time } ({ $zone })
   *[other] Tägliche Nachricht in { $channel } um { $time } ({ $zone })
}
schedule-state = { $state ->
    [PAUSED] pausiert
   *[other] { $when }
}
choice-schedule = { $kind ->
    [SONG_OF_THE_DAY] { $time } { $zone }: Song des Tages { $text }
   *[other] { $time } { $zone }: { $text }
}
card-schedule-created = { $what }: kommt { $when } zum ersten Mal.
card-schedule-paused = { $what } pausiert. Setz das mit `/zeitplan weiter` fort.
card-schedule-resumed = { $what }: geht { $when } weiter.
card-schedule-removed = { $what } ist entfernt.
card-schedules = Einmal am Tag
card-schedules-empty = Hier ist nichts geplant. Füg etwas mit `/zeitplan erstellen` hinzu.
card-schedule-line = { $place }. { $what }
stats-amount = { $count ->
    [one] einmal, { $hours } Std. { $minutes } Min.
   *[other] { $count }-mal, { $hours } Std. { $minutes } Min.
}
card-stats = { $whose ->
    [ME] Von dir gehört
   *[other] Auf diesem Server gehört
}{ $period ->
    [DAY] {" "}in den letzten 24 Stunden
    [WEEK] {" "}in den letzten 7 Tagen
    [MONTH] {" "}in den letzten 30 Tagen
   *[other] {" "}bis jetzt
}
card-stats-empty = { $whose ->
    [ME] In dieser Zeit lief nichts für dich. Starte etwas mit `/spielen`.
   *[other] In dieser Zeit lief hier nichts. Starte etwas mit `/spielen`.
}
card-stats-total = { $tracks ->
    [one] Ein Titel: { $amount }
   *[other] { $tracks } Titel: insgesamt { $amount }
}
card-stats-tracks = **Titel**
card-stats-artists = **Künstler**
card-stats-listeners = **Gewünscht von**
card-stats-line = { $place }. { $what }: { $amount }

# Playlists

command-playlist = playlist
    .description = Heb Songs auf und spiel sie wieder ab
command-playlist-create = erstellen
    .description = Erstell eine leere Playlist
    .name = name
    .name-description = Wie sie heißt
    .server = server
    .server-description = Ob sie diesem Server gehört: Alle spielen sie ab, DJs ändern sie
command-playlist-play = spielen
    .description = Spiel eine Playlist ab oder stell sie in die Warteschlange
    .playlist = playlist
    .playlist-description = Deine, eine von diesem Server oder eine, die jemand mit dir teilt
    .placement = platz
    .placement-description = Wohin sie kommt; ohne Angabe ans Ende der Warteschlange
    .placement-end = Ans Ende
    .placement-next = Als Nächstes
    .placement-now = Sofort; danach geht es mit dem aktuellen Titel weiter
command-playlist-add = hinzufügen
    .description = Füg einen Song zu einer Playlist hinzu
    .playlist = playlist
    .playlist-description = Die Playlist, in die er kommt
    .query = suche
    .query-description = Ein Titel, ein Künstler oder eine Adresse; ohne Angabe, was gerade läuft
command-playlist-list = liste
    .description = Zeig alle Playlists, die du hier abspielen kannst
command-playlist-show = zeigen
    .description = Zeig die Songs einer Playlist
    .playlist = playlist
    .playlist-description = Die Playlist, die du sehen willst
command-playlist-save = speichern
    .description = Speicher in einer Playlist, was läuft und wartet
    .playlist = playlist
    .playlist-description = Eine Playlist, zu der es kommt, oder der Name einer neuen
command-playlist-remove = entfernen
    .description = Nimm einen Song aus einer Playlist
    .playlist = playlist
    .playlist-description = Die Playlist, die du ändern willst
    .item = titel
    .item-description = Der Song, der weg soll
command-playlist-delete = löschen
    .description = Lösch eine Playlist
    .playlist = playlist
    .playlist-description = Die Playlist, die weg soll
command-playlist-rename = umbenennen
    .description = Gib einer Playlist einen anderen Namen
    .playlist = playlist
    .playlist-description = Die Playlist, die du umbenennen willst
    .name = name
    .name-description = Wie sie von jetzt an heißt
command-playlist-share = teilen
    .description = Lass andere eine Playlist sehen und abspielen
    .playlist = playlist
    .playlist-description = Die Playlist, die du teilen willst
    .member = mitglied
    .member-description = Wer sie abspielen darf; ohne Angabe alle auf diesem Server
command-playlist-unshare = nicht-mehr-teilen
    .description = Lass andere eine Playlist nicht mehr sehen und abspielen
    .playlist = playlist
    .playlist-description = Die Playlist, die geteilt ist
    .member = mitglied
    .member-description = Wer sie nicht mehr abspielen darf; ohne Angabe die Leute auf diesem Server
command-playlist-export = exportieren
    .description = Hol dir eine Playlist als Datei
    .playlist = playlist
    .playlist-description = Die Playlist, die du mitnehmen willst
command-playlist-import = importieren
    .description = Füg eine Liste von Songs, oder was ein anderer Bot exportiert hat, in eine Playlist ein
    .file = datei
    .file-description = Eine Liste von Songs oder der Export eines Bots; ohne Angabe kannst du den Text einfügen
    .playlist = playlist
    .playlist-description = Eine Playlist oder der Name einer neuen; ohne Angabe der Name der Datei
command-favorite = favorit
    .description = Füg deinen Favoriten hinzu, was gerade läuft
playlist-favorites = Favoriten
card-playlist-created = { $name } erstellt. Füll sie mit `/playlist hinzufügen` oder `/playlist speichern`.
card-playlist-added = { $title } zu { $name } hinzugefügt.
card-playlist-removed = Einen Song aus { $name } entfernt.
card-playlist-deleted = { $name } gelöscht.
card-playlist-renamed = Sie heißt jetzt { $name }.
card-playlist-shared = { $user ->
    [0] Alle hier können { $name } jetzt abspielen.
   *[other] { $user } kann { $name } jetzt abspielen.
}
card-playlist-unshared = { $user ->
    [0] { $name } ist nicht mehr mit diesem Server geteilt.
   *[other] { $name } ist nicht mehr mit { $user } geteilt.
}
card-playlist-saved = { $added ->
    [one] Einen Song zu { $name } hinzugefügt.
   *[other] { $added } Songs zu { $name } hinzugefügt.
}{ $left ->
    [0] {""}
    [one] {" "}Für einen weiteren war kein Platz.
   *[other] {" "}Für { $left } weitere war kein Platz.
}
card-playlist-brought = { $count ->
    [one] Einen Song zu { $name } hinzugefügt.
   *[other] { $count } Songs zu { $name } hinzugefügt.
}
card-playlist-exported = Hier ist { $name }. Den Text kannst du mit `/playlist importieren` wieder importieren, oder als Datei über REST.
card-playlist-empty = In { $name } ist nichts. Füg etwas mit `/playlist hinzufügen` hinzu.
card-playlist = { $count ->
    [one] { $name }: ein Song, { $length }
   *[other] { $name }: { $count } Songs, { $length }
}
card-playlists = Playlists
card-playlists-none = Es gibt noch keine Playlists. Erstell eine mit `/playlist erstellen` oder `/playlist speichern`.
card-playlists-line = { $whose ->
    [server] { $name } · { $count }, { $length } · von diesem Server
    [shared] { $name } · { $count }, { $length } · von { $user }
   *[other] { $name } · { $count }, { $length }
}
card-liked = { $title } gehört jetzt zu deinen Favoriten. Spiel sie mit `/playlist spielen` ab.
card-liked-already = { $title } gehört schon zu deinen Favoriten.
choice-playlist = { $whose ->
    [server] { $name } ({ $count }, von diesem Server)
    [shared] { $name } ({ $count }, geteilt)
   *[other] { $name } ({ $count })
}
form-playlist = In eine Playlist importieren
form-playlist-name = Name der Playlist, alt oder neu
form-playlist-text = Ein Song pro Zeile oder der ganze Export
error-playlist-not-found = Ich kenne diese Playlist nicht.
    .way-out = Wähl eine von denen, die dir beim Tippen gezeigt werden.
error-playlist-exists = Eine Playlist mit diesem Namen gibt es schon.
    .way-out = Wähl einen anderen Namen.
error-not-own-playlist = Diese Playlist gehört jemand anderem.
    .way-out = Speicher, was läuft, mit `/playlist speichern` in einer eigenen.
error-too-many-playlists = Das wären mehr als { $limit } Playlists.
    .way-out = Lösch erst eine mit `/playlist löschen`.
error-playlist-full = Eine Playlist hat höchstens { $limit } Songs.
    .way-out = Nimm ein paar mit `/playlist entfernen` heraus oder fang eine andere an.
error-playlist-empty = In dieser Playlist ist nichts.
    .way-out = Füg etwas mit `/playlist hinzufügen` hinzu.
error-favorites-fixed = Favoriten behalten ihren Namen.
    .way-out = Erstell eine eigene Playlist mit `/playlist erstellen`.
error-import-unreadable = Darin finde ich keine Songs.
    .way-out = Schreib einen Song pro Zeile oder füg den ganzen Text eines Exports ein.
error-too-many-shares = Diese Playlist ist schon mit { $limit } geteilt.
    .way-out = Nimm erst eine Freigabe mit `/playlist nicht-mehr-teilen` zurück.
error-playlist-item-not-found = Dieser Song ist nicht mehr in der Playlist.
    .way-out = Was darin ist, zeigt dir `/playlist zeigen`.

# Personal things, and what is switched off

error-feature-off = Dieser Befehl ist hier abgeschaltet.
    .way-out = Bitte die Leute, die den Bot betreiben, ihn einzuschalten.

command-preferences = vorlieben
    .description = Zeig, was du für dich gewählt hast, oder wähl es anders
    .language = sprache
    .language-description = Die Sprache, in der ich dir antworte
    .language-any = Die deines Discord
    .language-en = English
    .language-de = Deutsch
    .language-es = Español
    .language-ja = 日本語
    .private = privat
    .private-description = Ob nur du meine Antworten auf deine Befehle siehst
    .source = quelle
    .source-description = Wo ich nach deinen Worten suche
    .source-any = Überall
    .source-local = Der Musikordner
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .history = verlauf
    .history-description = Ob ich dir anbiete, was du gehört hast, und es in Statistiken zähle
command-privacy = datenschutz
    .description = Sieh, nimm oder lösch, was ich über dich aufbewahre
command-privacy-show = zeigen
    .description = Zeig, was ich über dich aufbewahre
command-privacy-export = exportieren
    .description = Hol dir als Datei, was ich über dich aufbewahre
command-privacy-delete = löschen
    .description = Lösch, was ich über dich aufbewahre, auf allen Servern
card-preferences = Deine Vorlieben
card-preferences-language = { $language ->
    [en] Sprache: English
    [de] Sprache: Deutsch
    [es] Sprache: Español
    [ja] Sprache: 日本語
   *[any] Sprache: die deines Discord
}
card-preferences-private = { $mode ->
    [on] Antworten auf deine Befehle: nur du siehst sie
   *[off] Antworten auf deine Befehle: alle sehen sie
}
card-preferences-source = { $source ->
    [local] Suche: der Musikordner
    [youtube] Suche: YouTube
    [soundcloud] Suche: SoundCloud
    [bandcamp] Suche: Bandcamp
    [spotify] Suche: Spotify
    [applemusic] Suche: Apple Music
    [deezer] Suche: Deezer
   *[any] Suche: überall
}
card-preferences-history = { $mode ->
    [on] Was du gehört hast: wird dir angeboten und in Statistiken gezählt
   *[off] Was du gehört hast: wird weder angeboten noch gezählt
}
card-privacy = Was ich über dich aufbewahre
card-privacy-kept = { $kind ->
    [playing] Titel von dir, die gerade laufen: { $count }
    [queue] Titel von dir in Warteschlangen: { $count }
    [removed] Titel von dir, die aus Warteschlangen entfernt wurden: { $count }
    [history] Titel von dir, die gespielt wurden: { $count }
    [edit] Änderungen an Warteschlangen, die man zurücknehmen kann: { $count }
    [vote] Stimmen: { $count }
    [listening] Sprachkanäle, in denen du zuhörst: { $count }
    [dj] Server, auf denen du gerade DJ bist: { $count }
    [preferences] Vorlieben: { $count }
    [token] Tokens für Programme: { $count }
    [guild_settings] Server, deren Einstellungen du zuletzt geändert hast: { $count }
    [job] Importe und andere Arbeit: { $count }
    [panel] Panels, die zeigen, was du zuletzt getan hast: { $count }
    [playlist] Playlists: { $count }
    [playlist_share] Playlists, die mit dir geteilt sind: { $count }
    [change] Änderungen an Einstellungen: { $count }
    [played] Titel, die für dich gespielt wurden: { $count }
    [schedule] Zeitpläne von dir: { $count }
    [lastfm] Konten bei last.fm: { $count }
    [scrobble] Titel, die last.fm noch gemeldet werden: { $count }
   *[other] Anderes: { $count }
}
card-privacy-more = Es ist mehr, als in eine Datei passt.
card-privacy-ways = Nimm es mit `/datenschutz exportieren` oder lösch es mit `/datenschutz löschen`.
card-privacy-nothing = Ich bewahre nichts über dich auf.
card-privacy-exported = Das bewahre ich über dich auf.
card-privacy-delete = Löschen, was ich über dich aufbewahre, auf allen Servern? Was du in Warteschlangen gestellt hast, läuft ohne deinen Namen weiter. Das lässt sich nicht zurücknehmen.
card-privacy-deleted = Ich habe gelöscht, was ich über dich aufbewahrt habe.
card-privacy-deleting = Ich lösche, was ich über dich aufbewahrt habe. Ein Teil von mir ist gerade weg und tut es, sobald er zurück ist.
button-forget = Alles löschen

# Lyrics that follow the song
card-lyrics-sung = ▶ **{ $line }**
card-lyrics-pause = ♪
card-lyrics-over = *Dieser Song ist zu Ende.*
button-lyrics-follow = Mitlesen
button-lyrics-stop = Mitlesen beenden

# Pages of the queue
card-queue-page = Seite { $page } von { $pages }
button-page = Seite …
form-page = Zu einer Seite springen
form-page-number = Seite, von 1 bis { $pages }
error-page-not-found = Diese Seite gibt es nicht.
    .way-out = { $pages ->
        [one] Es gibt nur eine Seite.
       *[other] Wähl eine von 1 bis { $pages }.
    }

# Votes and the order of buttons

setting-vote_shares = Abstimmungen über anderes
    .description = Worüber außer dem Überspringen noch abgestimmt wird, jeweils mit dem Anteil der Zuhörenden, der es wollen muss. DJs brauchen keine Stimmen. Die Warteschlange leeren und mischen dürfen nur DJs, wo nicht darüber abgestimmt wird; bei 0 % dürfen es alle, die zuhören.
    .none = nichts
    .pause = Pause
    .resume = Fortsetzen
    .stop = Stopp
    .leave = Wegschicken
    .previous = Zurück
    .replay = Nochmal
    .queue_clear = Warteschlange leeren
    .queue_shuffle = Warteschlange mischen
setting-panel_buttons = Buttons des Players
    .description = Die Buttons unter dem, was läuft, in ihrer Reihenfolge, immer fünf nebeneinander.
    .none = alle
    .previous = Zurück
    .pause = Pause
    .skip = Überspringen
    .stop = Stopp
    .favorite = Favorit
    .shuffle = Mischen
    .loop = Wiederholen
    .autoplay = Autoplay
    .lyrics = Songtext
    .queue = Warteschlange
setting-share = { $name } { $value } %

# Channels where people just type what they want to hear.

setting-request_channel_id = Wunschkanal
    .description = Der Kanal, in dem man einfach den Namen eines Songs schreibt, einen Link einfügt oder eine Datei hochlädt. Dort wird der Player gezeigt, und was jemand geschrieben hat, wird nach zehn Sekunden entfernt.
    .none = keiner
setting-max_songs_per_message = Songs pro Nachricht
    .description = Wie viele Songs man sich im Wunschkanal mit einer Nachricht höchstens wünschen kann, jeden in einer eigenen Zeile.
card-request-invitation = Es läuft nichts. Schreib den Namen eines Songs in { $channel }, füg einen Link ein oder lad eine Datei hoch: Ich spiele das dann in deinem Sprachkanal.
card-request-taken = { $count ->
    [one] { $place ->
        [0] Läuft jetzt: { $title }
       *[other] Platz { $place } in der Warteschlange: { $title }
    }
   *[other] { $place ->
        [0] { $count } Titel hinzugefügt, jetzt läuft: { $title }
       *[other] { $count } Titel hinzugefügt, der erste ist auf Platz { $place } der Warteschlange: { $title }
    }
}
card-request-more = { $count ->
    [one] Ein weiterer wurde hinzugefügt.
   *[other] { $count } weitere wurden hinzugefügt.
}
card-request-missed = { $count ->
    [one] Nicht hinzugefügt: { $songs }
   *[other] { $count } wurden nicht hinzugefügt: { $songs }
}
card-request-unread = { $count ->
    [one] Eine Zeile war zu viel für eine Nachricht. Schick sie in einer weiteren.
   *[other] { $count } Zeilen waren zu viel für eine Nachricht. Schick sie in einer weiteren.
}
card-request-missing = { $lack ->
    [content] Ich sehe nicht mehr, was hier geschrieben wird. Bitte die Leute, die mich betreiben, im Entwicklerportal von Discord unter Bot den Message Content Intent einzuschalten, und erwähn mich bis dahin.
   *[deleting] Ich kann nicht entfernen, was andere hier schreiben. Lass meine Rolle in diesem Kanal Nachrichten verwalten, dann halte ich ihn sauber.
}
error-content-intent-missing = Discord sagt mir nicht, was auf diesem Server geschrieben wird.
    .way-out = Bitte die Leute, die den Bot betreiben, im Entwicklerportal von Discord unter Bot den Message Content Intent einzuschalten. Erwähn mich bis dahin und schreib dazu, was laufen soll.

# The DJ of a session.

command-dj = dj
    .description = Zeig, wer in dieser Session DJ ist, oder mach jemand anderen dazu
    .person = person
    .person-description = Wer DJ sein soll; die Person muss zuhören
card-dj = DJ ist { $user }.
card-dj-now = { $user } ist jetzt DJ und kann das mit `/dj` weitergeben.
card-dj-nobody = Diese Session hat keinen DJ. Ob es einen gibt, bestimmt in `/einstellungen`, wer den Server verwaltet.
setting-session_dj = Session hat einen DJ
    .description = Wer mich in einen Sprachkanal holt, darf, was DJs dürfen, bis die Person das mit `/dj` weitergibt oder geht.
way-out-dj = DJ ist gerade { $dj }, frag dort nach.
error-session-dj-off = Auf diesem Server haben Sessions keinen DJ.
    .way-out = Bitte jemanden, der den Server verwaltet, das in `/einstellungen` einzuschalten.
error-listener-needed = Nur jemand anders, der zuhört, kann DJ werden.
    .way-out = Wähl jemanden in meinem Sprachkanal.
error-already-dj = Diese Person ist schon DJ.
    .way-out = Wähl jemand anderen oder sieh mit `/dj` nach, wer es ist.

# Files that people upload

error-file-too-large = Diese Datei ist mir zu groß.
    .way-out = Lad eine mit höchstens { $limit } MB hoch.
error-file-unreachable = Ich bekomme diese Datei nicht von Discord.
    .way-out = Lad sie noch einmal hoch.

# Autoplay from a playlist.

card-autoplay-playlist = Wenn die Warteschlange leer ist, mache ich mit { $name } weiter.
card-playlist-gone = Die Playlist, mit der ich weitergemacht habe, gibt es nicht mehr, oder sie ist nicht mehr mit diesem Server geteilt. Wähl mit `/autoplay` eine andere.
choice-fitting = Keine Playlist: was eben passt
error-playlist-not-shared = Diese Playlist ist keine von diesem Server.
    .way-out = Teil sie erst mit dem Server, mit `/playlist teilen`.

# How fast and how high it plays

command-filter-speed = tempo
    .description = Bestimm, wie schnell und wie hoch es klingt; das ersetzt alle Filter
    .percent = prozent
    .percent-description = Wie schnell, von 25 bis 400; 100 ist normal
    .pitch = tonhöhe
    .pitch-description = Wie hoch, von 25 bis 400; ohne Angabe normal

# Was man gehört hat, noch einmal; ein Equalizer; die Playlist der Autoplay-Funktion bei den Einstellungen

card-own-history = Für dich gelaufen
card-own-history-empty = Für dich lief hier noch nichts. Starte etwas mit `/spielen`.
card-history-again = Noch einmal spielen
card-history-off = Du willst nicht, dass ich dir anbiete, was du gehört hast. Erlaub es mir wieder mit `/vorlieben`.
command-filter-equalizer = equalizer
    .description = Bestimm, wie laut Bässe, Mitten und Höhen sind; das ersetzt alle Filter
    .bass = bässe
    .bass-description = In Dezibel, von -12 bis 12; ohne Angabe normal
    .middle = mitten
    .middle-description = In Dezibel, von -12 bis 12; ohne Angabe normal
    .treble = höhen
    .treble-description = In Dezibel, von -12 bis 12; ohne Angabe normal
setting-autoplay_playlist_id = Playlist für Autoplay
    .description = Die Playlist dieses Servers, mit der ich weitermache, wenn die Warteschlange leer und Autoplay an ist.
    .none = keine, was eben passt
setting-playlist-gone = eine Playlist, die es nicht mehr gibt
card-settings-no-playlists = Dieser Server hat noch keine Playlist zur Auswahl. Erstell eine mit `/playlist erstellen`, oder teil eine mit `/playlist teilen`.
command-sort = sortieren
    .description = Bring die Warteschlange in eine Ordnung
    .by = nach
    .by-description = Was zuerst kommt
    .by-title = Titel nach dem Alphabet
    .by-length = Die kürzesten
    .by-requester = Die Titel jeder Person beisammen
    .by-reverse = Was jetzt zuletzt kommt
card-sorted = Warteschlange sortiert. Die neue Reihenfolge zeigt dir `/warteschlange`.

# Ein Konto bei last.fm

command-lastfm = lastfm
    .description = Lass last.fm wissen, was du hörst
command-lastfm-link = verknüpfen
    .description = Verknüpf dein Konto bei last.fm, oder sieh nach, welches verknüpft ist
command-lastfm-unlink = trennen
    .description = Lass mich dein Konto bei last.fm vergessen
card-lastfm-asking = Erlaub mir bei last.fm, einzutragen, was du hörst. Komm dann zurück und sag hier Bescheid.
card-lastfm-told = Das melde ich dorthin: jeden Titel, der endet, während du in meinem Sprachkanal bist, wenn er länger als 30 Sekunden ist und zur Hälfte oder vier Minuten lang lief.
card-lastfm-linked = Dein Konto bei last.fm ist { $name }, verknüpft am { $when }.
card-lastfm-unlinked = Ich habe dein Konto { $name } vergessen und melde last.fm nichts mehr.
card-lastfm-none = Du hast kein Konto bei last.fm verknüpft. Das geht mit `/lastfm verknüpfen`.
button-lastfm-open = last.fm öffnen
button-lastfm-finish = Ich habe es erlaubt
button-lastfm-link = Ein anderes verknüpfen
button-lastfm-unlink = Trennen
error-lastfm-off = Für diesen Bot ist last.fm nicht eingerichtet.
    .way-out = Bitte die Leute, die den Bot betreiben, `LASTFM_API_KEY` und `LASTFM_SHARED_SECRET` zu setzen.
error-lastfm-not-allowed = Du hast es bei last.fm noch nicht erlaubt.
    .way-out = Erlaub es dort und drück den Knopf noch einmal; nach einer Stunde fang mit `/lastfm verknüpfen` von vorn an.
