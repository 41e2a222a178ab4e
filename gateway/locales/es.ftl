# Commands as Discord lists them. A command's name and its options' names are what people type.

command-play = reproducir
    .description = Reproduce una canción o añádela a la cola
    .query = búsqueda
    .query-description = Un título, un artista o un enlace
    .placement = lugar
    .placement-description = Dónde va; si no se indica, al final de la cola
    .placement-end = Al final
    .placement-next = A continuación
    .placement-now = Ahora; lo que suena sigue después
    .source = fuente
    .source-description = Dónde buscar lo que escribes; si no se indica, según tus preferencias
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .source-local = Carpeta de música
command-pause = pausar
    .description = Pausa la música
command-resume = reanudar
    .description = Sigue con la música pausada
command-skip = saltar
    .description = Pasa a la siguiente canción o a una de la cola
    .to = hasta
    .to-description = Una canción de la cola con la que seguir; las anteriores se saltan
command-previous = anterior
    .description = Vuelve a la canción anterior
command-stop = detener
    .description = Detén la música y vacía la cola
command-seek = minuto
    .description = Ve a un punto de la canción
    .position = posición
    .position-description = Adónde, como 90, 1:30 o 1:02:03; o cuánto, como +30 o -15
command-replay = reiniciar
    .description = Reproduce la canción otra vez desde el principio
command-nowplaying = sonando
    .description = Muestra lo que suena
command-lyrics = letra
    .description = Muestra la letra de lo que suena
command-queue = cola
    .description = Muestra lo que viene
command-history = historial
    .description = Muestra lo que sonó antes, para ponerlo de nuevo
    .mine = mías
    .mine-description = Si solo quieres ver lo que sonó para ti
command-remove = quitar
    .description = Quita una canción de la cola, o todas las que cumplan algo
    .item = canción
    .item-description = La canción que quieres quitar
    .to = hasta
    .to-description = Quita todas desde aquella canción hasta esta; sin la otra, desde la primera de la cola
    .member = miembro
    .member-description = Quita lo que añadió esta persona
    .duplicates = repetidas
    .duplicates-description = Quita lo que ya está antes en la cola o está sonando
    .absent = ausentes
    .absent-description = Quita lo que añadió la gente que ya salió del canal de voz
    .words = palabras
    .words-description = Quita lo que tenga todas estas palabras en el título o el artista
command-move = mover
    .description = Mueve una canción de la cola
    .item = canción
    .item-description = La canción que quieres mover
    .before = antes-de
    .before-description = La canción que irá detrás de ella; si no se indica, va al final
command-shuffle = mezclar
    .description = Pon la cola en orden aleatorio
    .keep = mantener
    .keep-description = Si las canciones de cada persona mantienen el orden que tienen
command-clear = vaciar
    .description = Quita todas las canciones de la cola; lo que suena sigue
command-undo = deshacer
    .description = Deshaz el último cambio de la cola
command-redo = rehacer
    .description = Rehaz lo último que se deshizo
command-loop = repetir
    .description = Elige qué viene después de una canción
    .mode = modo
    .mode-description = Qué se repite
    .mode-off = Nada
    .mode-track = Esta canción
    .mode-queue = La cola
    .times = veces
    .times-description = Cuántas veces más suena la canción; si no se indica, hasta que lo quites
command-volume = volumen
    .description = Cambia el volumen
    .percent = porcentaje
    .percent-description = Qué tan alto, de 0 a 200; 100 es lo normal
command-filter = filtro
    .description = Cambia el sonido
command-filter-preset = preajuste
    .description = Elige un sonido en lugar de todos los filtros
    .name = nombre
    .name-description = El sonido
    .name-off = Desactivado
    .name-bass_boost = Más graves
    .name-treble_boost = Más agudos
    .name-nightcore = Nightcore
    .name-vaporwave = Vaporwave
    .name-eight_d = 8D
    .name-karaoke = Karaoke
    .name-soft = Suave
    .name-tremolo = Trémolo
    .name-vibrato = Vibrato
command-filter-use = usar
    .description = Usa filtros guardados en lugar de todos los demás
    .name = nombre
    .name-description = El nombre con el que se guardaron
command-filter-save = guardar
    .description = Guarda los filtros con un nombre, para todos aquí
    .name = nombre
    .name-description = El nombre; si ya existe, se reemplaza
command-filter-delete = borrar
    .description = Borra filtros guardados
    .name = nombre
    .name-description = El nombre con el que se guardaron
command-autoplay = autoplay
    .description = Elige si la música sigue cuando la cola está vacía
    .mode = modo
    .mode-description = Si sigue o no
    .mode-on = Activado
    .mode-off = Desactivado
    .playlist = playlist
    .playlist-description = Una playlist de este servidor con la que seguir desde ahora; la elige quien lo gestiona
command-import = importar
    .description = Añade muchas canciones a la vez, desde una lista que pegas
    .placement = lugar
    .placement-description = Dónde van; si no se indica, al final de la cola
    .placement-end = Al final
    .placement-next = A continuación
command-join = unirse
    .description = Trae al bot a tu canal de voz
command-leave = salir
    .description = Detén la música y despide al bot

# Answers. Titles and names come escaped.

live = en directo
somebody = Alguien
autoplay = autoplay
filter = { $name ->
    [BASS_BOOST] más graves
    [TREBLE_BOOST] más agudos
    [NIGHTCORE] nightcore
    [VAPORWAVE] vaporwave
    [EIGHT_D] 8D
    [SOFT] suave
    [KARAOKE] karaoke
    [TREMOLO] trémolo
    [VIBRATO] vibrato
    [EQUALIZER] ecualizador
    [TIMESCALE] velocidad y tono
    [ROTATION] rotación
    [DISTORTION] distorsión
    [CHANNEL_MIX] mezcla de canales
    [LOW_PASS] paso bajo
   *[other] otra cosa
}
queue-edit = { $kind ->
    [ADDED] { $count ->
        [one] añadió una canción
       *[other] añadió { $count } canciones
    }
    [REMOVED] { $count ->
        [one] quitó una canción
       *[other] quitó { $count } canciones
    }
    [MOVED] movió una canción
    [SWAPPED] intercambió dos canciones
    [REPLACED] cambió una canción por otra
    [REORDERED] { $count ->
        [one] reordenó una canción
       *[other] reordenó { $count } canciones
    }
   *[other] cambió algo
}

card-playing = Sonando
card-paused = En pausa
card-added = { $count ->
    [one] { $place ->
        [1] Suena a continuación
       *[other] Número { $place } en la cola
    }
   *[other] Se añadieron { $count } canciones, la primera es la número { $place } en la cola
}
card-starts = Suena en { $length }
card-left-out = { $count ->
    [one] Una canción quedó fuera: este servidor no la quiere.
   *[other] { $count } canciones quedaron fuera: este servidor no las quiere.
}
card-ends = Termina { $when }
card-position = En { $position } de { $length }
card-requested-by = La pidió { $user }
card-picked = { $reason ->
    [SAME_ARTIST] Elegida por { $because }, del mismo artista
    [HISTORY] Elegida porque ya sonó aquí
    [FAVORITE] Elegida porque le gusta a alguien de aquí
    [PLAYLIST] Elegida de la playlist de este servidor
   *[other] Elegida por { $because }
}
card-votes = { $count } de { $listeners } votaron por saltarla
card-loop = { $mode ->
    [TRACK] { $count ->
        [0] Esta canción se repite.
        [one] Esta canción se repite una vez más.
       *[other] Esta canción se repite { $count } veces más.
    }
    [QUEUE] La cola se repite.
   *[other] No se repite nada.
}
card-volume = El volumen está al { $percent } %.
card-filters = Filtros: { $names }.
card-filters-none = No hay filtros.
card-filters-saved = Filtros guardados como { $name }. Úsalos con `/filtro usar`.
card-filters-deleted = Se borró { $name }. Lo que suena conserva su sonido.
card-autoplay-on = Cuando la cola esté vacía, seguiré por mi cuenta.
card-autoplay-off = Cuando la cola esté vacía, pararé.
card-waiting = { $count ->
    [one] Una canción en espera, { $length }
   *[other] { $count } canciones en espera, { $length }
}
card-nothing-next = La cola está vacía. Añade algo con `/reproducir`.
card-over = La música se detuvo. Pon algo con `/reproducir`.
card-moved-on = El reproductor sigue en un mensaje más nuevo.
card-deed = { $method ->
    [AddQueueItems] { $user } añadió algo a la cola.
    [ClearQueue] { $user } vació la cola.
    [DeleteSavedFilters] { $user } borró filtros guardados.
    [JoinChannel] { $user } me trajo aquí.
    [JumpToQueueItem] { $user } saltó a esta canción.
    [LeaveChannel] { $user } me despidió.
    [MoveQueueItem] { $user } movió una canción de la cola.
    [Pause] { $user } pausó la música.
    [Play] { $user } pidió música.
    [Previous] { $user } volvió a la canción anterior.
    [RedoQueueEdit] { $user } rehízo un cambio de la cola.
    [RemoveQueueItem] { $user } quitó una canción de la cola.
    [RemoveQueueItems] { $user } quitó canciones de la cola.
    [ReplaceQueueItem] { $user } cambió una canción equivocada por otra.
    [Replay] { $user } puso la canción otra vez.
    [Resume] { $user } reanudó la música.
    [ReverseQueue] { $user } invirtió la cola.
    [SaveFilters] { $user } guardó los filtros.
    [Seek] { $user } se movió por la canción.
    [ShuffleQueue] { $user } mezcló la cola.
    [Skip] { $user } pidió la siguiente canción.
    [SortQueue] { $user } ordenó la cola.
    [Stop] { $user } detuvo la música.
    [SwapQueueItems] { $user } intercambió dos canciones de la cola.
    [TransferDj] { $user } eligió quién es DJ.
    [UndoQueueEdit] { $user } deshizo un cambio de la cola.
    [UpdatePlayer] { $user } cambió la reproducción.
    [Vote] { $user } votó.
   *[other] { $user } cambió algo.
}
card-skipped = Se saltó { $title }.
card-voted = { $count ->
    [one] Votaste por saltarla. Falta un voto más.
   *[other] Votaste por saltarla. Faltan { $count } votos más.
}
card-sought = Ahora en { $position }.
card-stopped = Música detenida y cola vaciada.
card-joined = Estoy en { $channel }. Pon algo con `/reproducir`.
card-left = Música detenida; salí del canal de voz.
card-queue = { $count ->
    [0] Cola
    [one] Cola: una canción, { $length }
   *[other] Cola: { $count } canciones, { $length }
}
card-queue-empty = La cola está vacía. Añade algo con `/reproducir`.
card-queue-current = ▶️ { $track }
card-queue-line = { $place }. { $track }
card-queue-more = … y { $count } más
card-removed = Se quitó { $title } de la cola.
card-candidates = ¿Qué canción debería ser? Ocupará el lugar de la equivocada.
card-candidates-choose = Elige la correcta
card-candidates-none = No encontré otra canción parecida. Búscala con `/reproducir`.
card-replaced = Ahora es { $title }.
card-moved = Canción movida. Mira el nuevo orden con `/cola`.
card-shuffled = Cola mezclada. Mira el nuevo orden con `/cola`.
card-undone = Deshecho: { $user } { $what }. Rehazlo con `/rehacer`.
card-redone = Rehecho: { $user } { $what }. Deshazlo con `/deshacer`.
card-cleared = { $count ->
    [one] Se quitó una canción de la cola.
   *[other] Se quitaron { $count } canciones de la cola.
}
card-lyrics = Letra
card-lyrics-from = Letra de { $provider }
card-history = Sonó antes
card-history-empty = Todavía no ha sonado nada. Pon algo con `/reproducir`.
card-history-line = { $reason ->
    [SKIPPED] { $track }, saltada { $when }
    [STOPPED] { $track }, detenida { $when }
    [FAILED] { $track }, no se pudo reproducir { $when }
    [VOICE_LOST] { $track }, terminó con la conexión de voz { $when }
   *[other] { $track }, { $when }
}
card-import = { $state ->
    [SUCCEEDED] Se añadieron { $added } de { $total }.
    [CANCELLED] Cancelado. Se añadieron { $added } de { $total }; quítalas con `/deshacer`.
    [FAILED] No fue posible seguir. Se añadieron { $added } de { $total }.
   *[other] Buscadas { $done } de { $total }, { $added } añadidas hasta ahora.
}
card-import-missed = { $count ->
    [one] No encontrada:
   *[other] No encontradas ({ $count }):
}
card-refused = { $why } (`{ $ref }`)

button-pause = Pausar
button-resume = Reanudar
button-skip = Saltar
button-wrong = ¿No es esta?
button-first = Primera página
button-more = Más
button-cancel = Cancelar
form-import = Importar canciones
form-import-lines = Una canción por línea
form-import-example = Un título y un artista, o un enlace
choice-item = { $place }. { $track }

# One sentence and one way out for each reason of the contract.

error-internal = Algo inesperado salió mal.
    .way-out = Inténtalo de nuevo; si sigue igual, pasa la referencia a quien lleva el bot.
error-invalid-argument = { $field ->
    [position] Eso no es un punto de la canción.
    [offset] Eso es más de lo que dura cualquier canción.
    [item_ids] Eso no dice qué quitar.
    [loop_count] Solo una canción puede repetirse tantas veces.
    [query] Eso es demasiado largo para buscarlo.
    [lines] Eso no es una lista de canciones.
    [values] Uno de ellos no es un dominio.
    [item] Eso no es una canción de la cola.
    [before] Eso no es una canción de la cola.
    [to] Eso no es una canción de la cola.
    [setting] { $kind ->
        [number] Eso no es un número de { $least } a { $most }.
        [length] Eso no es una duración de { $least } a { $most } segundos.
        [text] Eso es demasiado largo.
        [lines] Eso es demasiado largo.
        [order] Una de esas líneas no nombra ningún botón, o repite uno.
        [shares] Una de esas líneas no indica una parte de quienes escuchan.
        [too-long] Esa lista es demasiado larga para cambiarla en Discord.
       *[other] Eso ya no está entre lo que se puede elegir.
    }
    [time_of_day] Eso no es una hora del día.
    [text] Un mensaje diario lleva un texto.
    [schedule_id] Eso no es una publicación.
    [name] Eso no sirve como nombre.
   *[other] Algo de eso no es válido.
}
    .way-out = { $field ->
    [position] Escríbelo como `90`, `1:30` o `1:02:03`, o como `+30` o `-15` para avanzar o retroceder.
    [offset] Escríbelo como `+30` o `-15`.
    [item_ids] Elige una canción, varias seguidas, una persona, las repetidas, las de quienes ya salieron o unas palabras.
    [loop_count] Elige la canción o no indiques las veces.
    [query] Usa menos palabras.
    [lines] Escribe una canción por línea, cada una de 200 caracteres como máximo.
    [values] Escribe uno por línea, como `example.org`.
    [item] Elige una de las que aparecen mientras escribes, o escribe su número.
    [before] Elige una de las que aparecen mientras escribes, o escribe su número.
    [to] Elige una de las que aparecen mientras escribes, o escribe su número.
    [setting] { $kind ->
        [number] Escríbelo en cifras.
        [length] Escríbelo como `90`, `1:30` o `1:02:03`.
        [text] Escribe { $most } caracteres como máximo.
        [lines] Escribe { $lines } líneas como máximo, cada una de hasta { $most } caracteres.
        [order] Escribe uno por línea. Las opciones son: { $words }.
        [shares] Escribe un número de { $least } a { $most } tras cada dos puntos, o nada. Las opciones son: { $words }.
        [too-long] Cámbiala por REST o vuelve al valor predeterminado.
       *[other] Abre `/ajustes` de nuevo.
    }
    [time_of_day] Escríbela como `09:30` o `21:00`.
    [text] Escribe uno o elige la canción del día.
    [schedule_id] Elige una de las que aparecen mientras escribes.
    [name] Elige uno más corto, en una sola línea.
   *[other] Cámbialo e inténtalo de nuevo.
}
error-unknown-method = Las partes del bot no se entienden entre sí.
    .way-out = Pide a quien lleva el bot que lo actualice por completo.
error-unauthenticated = No sé quién eres.
    .way-out = Inicia sesión de nuevo.
error-caller-refused = Una parte del bot no puede pedirle eso a otra.
    .way-out = Pasa la referencia a quien lleva el bot.
error-scope-missing = Tu token no permite eso.
    .way-out = Usa un token con el permiso necesario.
error-level-too-low = { $required ->
    [LISTENER] Eso solo lo puede hacer quien está escuchando.
    [DJ] Eso solo lo pueden hacer los DJ.
    [MANAGER] Eso solo lo puede hacer quien gestiona el servidor.
    [OWNER] Eso solo lo puede hacer quien posee el servidor.
    [OPERATOR] Eso solo lo puede hacer quien lleva el bot.
   *[other] Aquí no puedes hacer eso.
}
    .way-out = { $required ->
    [LISTENER] Únete primero al canal de voz del bot.
    [DJ] Pide el rol de DJ de este servidor.
   *[other] Pídeselo a alguien que pueda.
}
error-guild-not-found = No conozco este servidor.
    .way-out = Invítame de nuevo.
error-request-id-reused = Eso ya se pidió antes, de otra forma.
    .way-out = Pídelo otra vez.
error-rate-limited = Eso fue demasiado de golpe.
    .way-out = Inténtalo de nuevo en { $seconds ->
    [one] un segundo.
   *[other] { $seconds } segundos.
}
error-unavailable = Una parte del bot no está disponible ahora, así que no se cambió nada.
    .way-out = Inténtalo de nuevo en unos segundos.
error-deadline-exceeded = Eso tardó demasiado.
    .way-out = Mira con `/sonando` si funcionó, o inténtalo de nuevo.
error-body-too-large = Eso es más de lo que puedo aceptar de una vez.
    .way-out = Envía menos.
error-page-token-invalid = Esa página ya no existe.
    .way-out = Empieza desde la primera página.
error-not-in-voice = No estás en ningún canal de voz.
    .way-out = Únete a uno e inténtalo de nuevo.
error-foreign-voice-channel = Ese no es tu canal de voz.
    .way-out = Únete al canal de voz del bot o indica el tuyo.
error-voice-channel-not-found = No encuentro ese canal de voz.
    .way-out = Únete a otro e inténtalo de nuevo.
error-voice-channel-forbidden = No tengo permiso para conectarme o hablar en ese canal de voz.
    .way-out = Pide a un moderador que me deje, o únete a otro canal.
error-nothing-playing = No suena nada.
    .way-out = Pon algo con `/reproducir`.
error-already-paused = La música ya está en pausa.
    .way-out = Sigue con `/reanudar`.
error-not-paused = La música no está en pausa.
    .way-out = Páusala con `/pausar`.
error-not-seekable = No es posible moverse por esta canción.
    .way-out = Deja que suene o sigue con `/saltar`.
error-seek-out-of-range = La canción termina antes.
    .way-out = Mira cuánto dura con `/sonando`.
error-no-match = No encontré nada con eso.
    .way-out = Prueba con otras palabras o con un enlace.
error-load-failed = { $source ->
    [spotify] No puedo leer ese enlace de Spotify.
    [applemusic] No puedo leer ese enlace de Apple Music.
    [deezer] No puedo leer ese enlace de Deezer.
   *[other] No puedo leer eso.
}
    .way-out = { $source ->
    [spotify] Busca una de sus canciones por título y artista.
    [applemusic] Busca una de sus canciones por título y artista.
    [deezer] Busca una de sus canciones por título y artista.
   *[other] Prueba con otro enlace o busca por título.
}
error-handle-invalid = Ya no conozco esa canción.
    .way-out = Búscala de nuevo.
error-item-not-found = Esa canción ya no está.
    .way-out = Mira lo que hay con `/cola`.
error-queue-full = La cola está llena.
    .way-out = Deja que suenen algunas canciones primero.
error-no-node = Ahora mismo no puedo emitir sonido.
    .way-out = Inténtalo de nuevo en unos segundos.
error-not-own-item = Eso lo añadió otra persona.
    .way-out = Pídeselo a esa persona o a un DJ.
error-not-connected = No estoy en ningún canal de voz.
    .way-out = Tráeme al tuyo con `/unirse`.
error-queue-empty = La cola ya está vacía.
    .way-out = Añade algo con `/reproducir`.
error-nothing-to-play = Ahí no hay nada que reproducir.
    .way-out = Indica un título, un artista o un enlace.
error-version-stale = { $what ->
    [settings] Los ajustes cambiaron mientras tanto.
   *[other] La cola cambió mientras tanto.
}
    .way-out = { $what ->
    [settings] Míralos e inténtalo de nuevo.
   *[other] Mírala con `/cola` e inténtalo de nuevo.
}
error-nothing-before = Antes de esto no sonó nada.
    .way-out = Mira lo que sonó con `/historial`.
error-nothing-to-undo = No hay nada que deshacer.
    .way-out = Mira lo que hay con `/cola`.
error-nothing-to-redo = No hay nada que rehacer.
    .way-out = Deshaz algo primero con `/deshacer`.
error-quota-reached = { $limit ->
    [one] Este servidor permite a cada persona una canción en la cola.
   *[other] Este servidor permite a cada persona { $limit } canciones en la cola.
}
    .way-out = Deja que suene una de las tuyas primero o pídeselo a un DJ.
error-track-too-long = Esa canción dura más de lo que permite este servidor.
    .way-out = Elige una más corta.
error-stream-unwelcome = Este servidor no permite directos.
    .way-out = Elige una canción que termine.
error-duplicate-unwelcome = Eso ya está en la cola.
    .way-out = Elige otra cosa.
error-already-voted = Ya votaste por eso.
    .way-out = { $missing ->
    [one] Falta que una persona más lo pida.
   *[other] Falta que { $missing } personas más lo pidan.
}
error-votes-needed = Hay más gente escuchando esto.
    .way-out = Vota con `/saltar`.
error-nothing-to-save = No hay filtros puestos.
    .way-out = Pon alguno primero con `/filtro`.
error-too-many-saved = Este servidor ya tiene { $limit } filtros guardados.
    .way-out = Borra uno primero.
error-saved-filters-not-found = No hay nada guardado con ese nombre.
    .way-out = Elige uno de los nombres sugeridos.
error-filters-unsupported = Aquí no es posible cambiar el sonido así.
    .way-out = Elige otros filtros.
error-too-many-tracks = Esa lista tiene más de { $limit } canciones.
    .way-out = Elige una más corta.
error-job-not-found = No conozco esa tarea.
    .way-out = Mira la lista de tareas.
error-source-failed = { $source ->
    [youtube] YouTube no me responde ahora mismo.
    [soundcloud] SoundCloud no me responde ahora mismo.
    [bandcamp] Bandcamp no me responde ahora mismo.
    [spotify] Spotify no me responde ahora mismo.
    [applemusic] Apple Music no me responde ahora mismo.
    [deezer] Deezer no me responde ahora mismo.
   *[other] Esa fuente no me responde ahora mismo.
}
    .way-out = Prueba con otra fuente, o con esta de nuevo en unos minutos.
error-node-not-found = No conozco ese nodo de audio.
    .way-out = Mira la lista de nodos.
error-node-exists = Ya hay un nodo de audio con ese nombre.
    .way-out = Elige otro nombre o quita primero el otro.
error-node-configured = Ese nodo de audio está en LAVALINK_NODES, así que aquí no es posible quitarlo.
    .way-out = Vacíalo y luego quítalo de LAVALINK_NODES.
error-node-too-old = Ese nodo de audio es anterior a Lavalink 4.2, que hace falta para las llamadas cifradas.
    .way-out = Actualízalo e inténtalo de nuevo.
error-node-password-default = Ese nodo de audio tiene la contraseña que todo el mundo conoce.
    .way-out = Ponle otra, aquí y en su application.yml.
error-node-unanswered = Ese nodo de audio no responde, o no con esa contraseña.
    .way-out = Revisa la dirección y la contraseña, y si está en marcha.
error-lyrics-not-found = No encontré la letra de esta canción.
    .way-out = Prueba con otra versión de la canción.
error-not-supported = { $missing ->
    [lavalyrics-plugin] Ningún nodo de audio puede buscar letras.
    [sponsorblock-plugin] Ningún nodo de audio puede saltar segmentos.
   *[other] Ningún nodo de audio puede hacer eso.
}
    .way-out = Pide a quien lleva el bot que añada { $missing ->
    [lavalyrics-plugin] el plugin LavaLyrics.
    [sponsorblock-plugin] el plugin SponsorBlock.
   *[other] un nodo que pueda.
}
error-import-not-found = Ya no conozco esa importación.
    .way-out = Empiézala de nuevo con `/importar`.
error-import-ended = Esa importación ya terminó.
    .way-out = Quita lo que añadió con `/deshacer`.
error-import-under-way = Ya hay una importación en curso en este servidor.
    .way-out = Espera a que termine o cancélala.
error-not-own-import = Esa importación la empezó otra persona.
    .way-out = Pídeselo a esa persona o a un DJ.

# Pedir música

command-search = buscar
    .description = Busca música y elige qué reproducir, varias canciones a la vez
    .query = búsqueda
    .query-description = Palabras del título o del artista
    .source = fuente
    .source-description = Dónde buscar; si no se indica, en todas partes
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .source-local = Carpeta de música
    .placement = lugar
    .placement-description = Dónde va; si no se indica, al final de la cola
    .placement-end = Al final
    .placement-next = A continuación
    .placement-now = Ahora
command-playfile = reproducir-archivo
    .description = Reproduce un archivo que subes
    .file = archivo
    .file-description = Una canción en un archivo
    .placement = lugar
    .placement-description = Dónde va; si no se indica, al final de la cola
    .placement-end = Al final
    .placement-next = A continuación
    .placement-now = Ahora
menu-playthis = Reproducir esto
command-help = ayuda
    .description = Muestra todo lo que sé hacer
card-found = { $count ->
    [one] Se encontró una canción.
   *[other] Se encontraron { $count } canciones.
}
card-found-choose = Elige qué reproducir
card-found-none = No encontré nada que se pueda elegir. Usa `/reproducir` con un enlace o prueba con otras palabras.
card-help = Lo que sé hacer
card-help-line = **/{ $command }** — { $what }
# Ajustes de un servidor. `.none` es lo que significa cero, o nada.

command-settings = ajustes
    .description = Mira y cambia cómo funciona el bot en este servidor

setting-group-queue = Cola
setting-group-playback = Reproducción
setting-group-channel = Canal de voz
setting-group-people = Votos y roles
setting-group-commands = Comandos
setting-group-blocks = Bloqueos
setting-group-appearance = Apariencia
setting-group-community = Comunidad

setting-fair_queue = Cola equitativa
    .description = Lo que se añade se intercala con lo de los demás, una canción de cada persona, en vez de ir al final.
setting-allow_duplicates = Repetidas
    .description = Se puede añadir una canción que ya está en la cola.
setting-allow_streams = Directos
    .description = Se pueden añadir directos.
setting-max_queue_length = Canciones en la cola
    .description = Cuántas canciones pueden esperar en la cola como máximo.
setting-max_items_per_requester = Canciones por persona
    .description = Cuántas canciones de una persona pueden esperar en la cola como máximo.
    .none = sin límite
setting-max_track_length = Duración máxima
    .description = Cuánto puede durar como máximo una canción que se añade.
    .none = sin límite
setting-loudness_levelling = Normalizar el volumen
    .description = Las canciones suenan con el mismo volumen, a partir de la siguiente.
setting-skip_segments = Saltar lo que no es música
    .description = Se saltan los patrocinios, la autopromoción y las partes habladas de lo que viene de YouTube.
setting-crossfade = Fundido entre canciones
    .description = Cuánto tiempo suenan juntos el final de una canción y el principio de la siguiente.
    .none = no
setting-stay_connected = Seguir conectado
    .description = El bot se queda en su canal de voz hasta que alguien lo despida.
setting-empty_channel_timeout = Espera a solas
    .description = Cuánto tiempo se queda el bot en un canal de voz del que salieron todos.
    .none = sale enseguida
setting-vote_share_percent = Votos para saltar
    .description = Qué parte de quienes escuchan tiene que querer saltar. Los DJ no necesitan votos.
    .none = no hace falta votar
setting-dj_role_id = Rol de DJ
    .description = El rol cuyos miembros son DJ.
    .none = un rol llamado «DJ»

setting-lone_listener_is_dj = Quien está a solas es DJ
    .description = Quien escucha a solas puede hacer lo mismo que un DJ.
setting-command_cooldown = Pausa entre comandos
    .description = Cuánto espera una persona entre dos comandos. Los DJ no tienen que esperar.
    .none = ninguna
setting-commands_per_minute = Comandos por minuto
    .description = Cuántos comandos de todos juntos se aceptan por minuto como máximo. Los de los DJ no cuentan.
    .none = sin límite
setting-voice_channel_ids = Canales de voz
    .description = Los canales de voz a los que se puede traer al bot.
    .none = todos
setting-command_channel_ids = Canales para comandos
    .description = Los canales en los que se aceptan comandos, también en sus hilos. Quien gestiona el servidor los usa en cualquiera.
    .none = todos
setting-blocked_user_ids = Personas bloqueadas
    .description = Solo pueden mirar, salvo que gestionen el servidor.
    .none = nadie
setting-blocked_role_ids = Roles bloqueados
    .description = Sus miembros solo pueden mirar, salvo que gestionen el servidor.
    .none = ninguno
setting-blocked_tracks = Canciones bloqueadas
    .description = Canciones que no se pueden añadir, cada una por su enlace o su título completo.
    .none = ninguna
setting-blocked_artists = Artistas bloqueados
    .description = No se puede añadir nada suyo. Cada uno se bloquea por su nombre completo.
    .none = ninguno
setting-blocked_domains = Sitios bloqueados
    .description = No se puede añadir nada de estos dominios ni de sus subdominios.
    .none = ninguno
setting-language = Idioma
    .description = El idioma de lo que digo a todos.
    .none = el de Discord
    .en = English
    .de = Deutsch
    .es = Español
    .ja = 日本語
setting-music_channel_id = Canal de música
    .description = El canal donde se muestra el reproductor.
    .none = donde se puso la música
setting-voice_status = Estado del canal de voz
    .description = El estado del canal de voz dice qué suena.
setting-welcome_channel_id = Canal de bienvenida
    .description = El canal donde doy la bienvenida a quien llega a este servidor.
    .none = desactivado, no se da la bienvenida
setting-welcome_text = Bienvenida
    .description = Lo que digo a quien llega. {"{user}"}, {"{server}"}, {"{count}"} y {"{date}"} son su nombre, el nombre del servidor, los miembros y el día.
    .none = una frase mía
setting-welcome_mention = Mencionar a quien llega
    .description = {"{user}"} en la bienvenida menciona a quien llega.
setting-on = sí
setting-off = no
setting-number = { $unit ->
    [percent] { $value } %
   *[other] { $value }
}
setting-length = { $colon ->
    [True] { $length }
   *[other] { $length } s
}
setting-several = { $values }
setting-more = { $count } más
setting-limits = { $kind ->
    [number] De { $least } a { $most }
    [length] Hasta { $most } segundos, como 90 o 1:30
    [lines] Uno por línea, { $lines } como máximo
    [order] Uno por línea, en su orden
    [shares] Porcentaje de quienes escuchan tras cada dos puntos, o nada
   *[other] { $most } caracteres como máximo
}

card-settings = Ajustes: { $group }
card-settings-choose-group = Elige un grupo
card-settings-choose = Elige un ajuste
card-settings-choose-value = Elige
card-settings-choose-values = Elige hasta { $count }
card-settings-too-long = Son { $count }, más de lo que se puede cambiar en Discord. Cámbialos por REST o vuelve al valor predeterminado.
card-settings-line = { $chosen ->
    [True] **{ $name }**: { $value }
   *[other] **{ $name }**: { $value } (predeterminado)
}
card-changes = Cambios de los ajustes
card-changes-none = Nadie cambió los ajustes en los últimos 90 días.
card-change = { $surface ->
    [API] { $when } { $user }, con un token: **{ $name }** { $before } → { $after }
   *[other] { $when } { $user }: **{ $name }** { $before } → { $after }
}
button-reset = Valor predeterminado
button-reset-group = Todo a los valores predeterminados
button-changes = Cambios
button-back = Atrás
button-change = Cambiar
button-turn-on = Activar
button-turn-off = Desactivar
form-setting = Cambiar un ajuste
# Quién puede hacer qué

card-vote-counted = { $count ->
    [one] Tu voto cuenta. Falta que una persona más lo pida.
   *[other] Tu voto cuenta. Falta que { $count } personas más lo pidan.
}

error-blocked = Este servidor te deja mirar y nada más.
    .way-out = Pídeselo a alguien que gestione el servidor.
error-track-blocked = Este servidor bloqueó esa canción.
    .way-out = Elige otra cosa.
error-artist-blocked = Este servidor bloqueó a ese artista.
    .way-out = Elige algo de otro artista.
error-domain-blocked = Este servidor no acepta nada de ese sitio.
    .way-out = Búscalo en otro lugar.
error-foreign-text-channel = En este canal no acepto comandos.
    .way-out = Usa { $channels }.
error-voice-channel-unwelcome = No puedo entrar en ese canal de voz.
    .way-out = Únete a { $channels }.

# El panel

button-previous = Anterior
button-stop = Detener
button-favorite = Favorito
button-shuffle = Mezclar
button-loop = { $mode ->
    [TRACK] Repetir: canción
    [QUEUE] Repetir: cola
   *[other] Repetir: nada
}
button-autoplay = Autoplay
button-lyrics = Letra
button-queue = Cola
panel-next = **A continuación**
panel-queue-ends = La cola termina { $when }
panel-jump = Salta a una canción
panel-effects = Cambia el sonido
panel-elsewhere = El reproductor está en { $channel }.
panel-lost = Ya no puedo mostrar el reproductor en { $channel } de { $server }. Déjame ver ese canal y escribir en él, o elige otro en los ajustes.

# Publicaciones, estadísticas y lo que el bot dice por su cuenta.

card-first-steps =
    ¡Hola! Aquí pongo música.
    1. Únete a un canal de voz.
    2. Escribe `/reproducir` y un título o un enlace.
    Quien gestiona este servidor puede hacer que publique algo una vez al día con `/publicaciones crear`.
card-welcome = ¡Te damos la bienvenida a {"{server}"}, {"{user}"}!
card-song-of-the-day = { $count ->
    [one] 🎵 Canción del día: { $title } de { $author }, que sonó aquí una vez.
   *[other] 🎵 Canción del día: { $title } de { $author }, que sonó aquí { $count } veces.
}
error-channel-not-writable = No puedo escribir en ese canal de texto.
    .way-out = Déjame verlo y enviar mensajes en él, o elige otro.
error-members-intent-missing = Discord no me dice quién llega a este servidor.
    .way-out = Pide a quien lleva el bot que active Server Members Intent en Bot, en el portal de desarrolladores de Discord, y que me reinicie.
error-time-zone-unknown = No hay ninguna zona horaria con ese nombre.
    .way-out = Elige una de las que aparecen mientras escribes, como `Europe/Berlin`.
error-schedule-not-found = Ya no conozco esa publicación.
    .way-out = Mira las que hay con `/publicaciones lista`.
error-too-many-schedules = Este servidor ya tiene { $limit } publicaciones diarias.
    .way-out = Quita una primero con `/publicaciones quitar`.

command-schedule = publicaciones
    .description = Haz que publique algo una vez al día
command-schedule-create = crear
    .description = Publica un mensaje o la canción del día, una vez al día
    .channel = canal
    .channel-description = El canal de texto en el que publicar
    .time = hora
    .time-description = La hora del día, como 09:30
    .zone = zona
    .zone-description = La zona horaria, como Europe/Berlin
    .kind = tipo
    .kind-description = Qué publicar; si no se indica, un mensaje
    .kind-message = un mensaje
    .kind-song = la canción del día
    .text = texto
    .text-description = El mensaje; {"{server}"}, {"{count}"} y {"{date}"} son el nombre, los miembros y el día
command-schedule-list = lista
    .description = Muestra lo que publico una vez al día
command-schedule-pause = pausar
    .description = Pausa una publicación
    .schedule = publicación
    .schedule-description = La publicación
command-schedule-resume = reanudar
    .description = Sigue con una publicación pausada
    .schedule = publicación
    .schedule-description = La publicación
command-schedule-remove = quitar
    .description = Quita una publicación
    .schedule = publicación
    .schedule-description = La publicación
command-stats = estadísticas
    .description = Muestra lo que más se escuchó
    .who = quién
    .who-description = De quién son las estadísticas; si no se indica, del servidor
    .who-server = las del servidor
    .who-me = las mías
    .period = periodo
    .period-description = Cuánto mirar hacia atrás; si no se indica, 30 días
    .period-day = un día
    .period-week = una semana
    .period-month = 30 días
    .period-all = desde la primera canción
schedule-what = { $kind ->
    [SONG_OF_THE_DAY] Canción del día en { $channel } a las { $time } ({ $zone })
   *[other] Mensaje diario en { $channel } a las { $time } ({ $zone })
}
schedule-state = { $state ->
    [PAUSED] en pausa
   *[other] { $when }
}
choice-schedule = { $kind ->
    [SONG_OF_THE_DAY] { $time } { $zone }: canción del día { $text }
   *[other] { $time } { $zone }: { $text }
}
card-schedule-created = { $what }: sale por primera vez { $when }.
card-schedule-paused = { $what }: en pausa. Reanúdalo con `/publicaciones reanudar`.
card-schedule-resumed = { $what }: vuelve a salir { $when }.
card-schedule-removed = { $what }: ya no se publica.
card-schedules = Una vez al día
card-schedules-empty = Aquí no hay nada programado. Añade algo con `/publicaciones crear`.
card-schedule-line = { $place }. { $what }
stats-amount = { $count ->
    [one] una vez, { $hours } h { $minutes } min
   *[other] { $count } veces, { $hours } h { $minutes } min
}
card-stats = { $whose ->
    [ME] Lo que escuchaste
   *[other] Lo que escuchó este servidor
}{ $period ->
    [DAY] {" "}en las últimas 24 horas
    [WEEK] {" "}en los últimos 7 días
    [MONTH] {" "}en los últimos 30 días
   *[other] {" "}hasta ahora
}
card-stats-empty = { $whose ->
    [ME] En ese tiempo no sonó nada tuyo. Pon algo con `/reproducir`.
   *[other] En ese tiempo no sonó nada aquí. Pon algo con `/reproducir`.
}
card-stats-total = { $tracks ->
    [one] Una canción, sonó { $amount }
   *[other] { $tracks } canciones, sonaron { $amount }
}
card-stats-tracks = **Canciones**
card-stats-artists = **Artistas**
card-stats-listeners = **Quién las pidió**
card-stats-line = { $place }. { $what }: { $amount }

# Playlists

command-playlist = playlist
    .description = Guarda canciones y reprodúcelas de nuevo
command-playlist-create = crear
    .description = Crea una playlist vacía
    .name = nombre
    .name-description = Cómo se llama
    .server = servidor
    .server-description = Si es de este servidor: todos la reproducen y los DJ la cambian
command-playlist-play = reproducir
    .description = Reproduce una playlist o añádela a la cola
    .playlist = playlist
    .playlist-description = Una tuya, de este servidor o compartida contigo
    .placement = lugar
    .placement-description = Dónde va; si no se indica, al final de la cola
    .placement-end = Al final
    .placement-next = A continuación
    .placement-now = Ahora; lo que suena sigue después
command-playlist-add = añadir
    .description = Añade una canción a una playlist
    .playlist = playlist
    .playlist-description = La playlist a la que se añade
    .query = búsqueda
    .query-description = Un título, un artista o un enlace; si no se indica, lo que suena
command-playlist-list = lista
    .description = Muestra todas las playlists que puedes reproducir aquí
command-playlist-show = mostrar
    .description = Muestra las canciones de una playlist
    .playlist = playlist
    .playlist-description = La playlist que quieres ver
command-playlist-save = guardar
    .description = Guarda en una playlist lo que suena y lo que espera
    .playlist = playlist
    .playlist-description = Una playlist a la que añadir, o el nombre de una nueva
command-playlist-remove = quitar
    .description = Quita una canción de una playlist
    .playlist = playlist
    .playlist-description = La playlist que quieres cambiar
    .item = canción
    .item-description = La canción que quieres quitar
command-playlist-delete = borrar
    .description = Borra una playlist
    .playlist = playlist
    .playlist-description = La playlist que quieres borrar
command-playlist-rename = renombrar
    .description = Ponle otro nombre a una playlist
    .playlist = playlist
    .playlist-description = La playlist que quieres renombrar
    .name = nombre
    .name-description = Cómo se llama a partir de ahora
command-playlist-share = compartir
    .description = Deja que otros vean y reproduzcan una playlist
    .playlist = playlist
    .playlist-description = La playlist que quieres compartir
    .member = miembro
    .member-description = Quién puede reproducirla; si no se indica, toda la gente de este servidor
command-playlist-unshare = dejar-de-compartir
    .description = Haz que otros ya no vean ni reproduzcan una playlist
    .playlist = playlist
    .playlist-description = La playlist que está compartida
    .member = miembro
    .member-description = Quién ya no puede reproducirla; si no se indica, la gente de este servidor
command-playlist-export = exportar
    .description = Recibe una playlist como archivo
    .playlist = playlist
    .playlist-description = La playlist que quieres llevarte
command-playlist-import = importar
    .description = Pon en una playlist una lista de canciones o lo que exportó otro bot
    .file = archivo
    .file-description = Una lista de canciones, o lo que exportó un bot; si no se indica, puedes pegar el texto
    .playlist = playlist
    .playlist-description = Una playlist, o el nombre de una nueva; si no se indica, el que trae el archivo
command-favorite = favorito
    .description = Añade lo que suena a tus favoritos
playlist-favorites = Favoritos
card-playlist-created = Se creó { $name }. Llénala con `/playlist añadir` o `/playlist guardar`.
card-playlist-added = Se añadió { $title } a { $name }.
card-playlist-removed = Se quitó una canción de { $name }.
card-playlist-deleted = Se borró { $name }.
card-playlist-renamed = Ahora se llama { $name }.
card-playlist-shared = { $user ->
    [0] Ahora todos aquí pueden reproducir { $name }.
   *[other] Ahora { $user } puede reproducir { $name }.
}
card-playlist-unshared = { $user ->
    [0] { $name } ya no se comparte con este servidor.
   *[other] { $name } ya no se comparte con { $user }.
}
card-playlist-saved = { $added ->
    [one] Se añadió una canción a { $name }.
   *[other] Se añadieron { $added } canciones a { $name }.
}{ $left ->
    [0] {""}
    [one] {" "}No hubo lugar para una más.
   *[other] {" "}No hubo lugar para { $left } más.
}
card-playlist-brought = { $count ->
    [one] Se añadió una canción a { $name }.
   *[other] Se añadieron { $count } canciones a { $name }.
}
card-playlist-exported = Aquí está { $name }. Su texto se puede volver a importar con `/playlist importar`, o como archivo por REST.
card-playlist-empty = No hay nada en { $name }. Añade algo con `/playlist añadir`.
card-playlist = { $count ->
    [one] { $name }: una canción, { $length }
   *[other] { $name }: { $count } canciones, { $length }
}
card-playlists = Playlists
card-playlists-none = Todavía no hay playlists. Crea una con `/playlist crear` o `/playlist guardar`.
card-playlists-line = { $whose ->
    [server] { $name } · { $count }, { $length } · de este servidor
    [shared] { $name } · { $count }, { $length } · de { $user }
   *[other] { $name } · { $count }, { $length }
}
card-liked = { $title } está ahora en tus favoritos. Reprodúcelos con `/playlist reproducir`.
card-liked-already = { $title } ya está en tus favoritos.
choice-playlist = { $whose ->
    [server] { $name } ({ $count }, de este servidor)
    [shared] { $name } ({ $count }, compartida)
   *[other] { $name } ({ $count })
}
form-playlist = Importar en una playlist
form-playlist-name = Nombre de la playlist, nueva o existente
form-playlist-text = Una canción por línea o el texto exportado
error-playlist-not-found = No conozco esa playlist.
    .way-out = Elige una de las que aparecen mientras escribes.
error-playlist-exists = Ya hay una playlist con ese nombre.
    .way-out = Elige otro nombre.
error-not-own-playlist = Esa playlist es de otra persona.
    .way-out = Guarda lo que suena en una tuya con `/playlist guardar`.
error-too-many-playlists = Serían más de { $limit } playlists.
    .way-out = Borra una primero con `/playlist borrar`.
error-playlist-full = Una playlist tiene { $limit } canciones como máximo.
    .way-out = Quita algunas con `/playlist quitar` o empieza otra.
error-playlist-empty = No hay nada en esa playlist.
    .way-out = Añade algo con `/playlist añadir`.
error-favorites-fixed = Los favoritos conservan su nombre.
    .way-out = Crea una playlist propia con `/playlist crear`.
error-import-unreadable = Ahí no encuentro canciones.
    .way-out = Escribe una canción por línea o pega el texto completo de una exportación.
error-too-many-shares = Esa playlist ya está compartida { $limit } veces.
    .way-out = Deja de compartirla primero con `/playlist dejar-de-compartir`.
error-playlist-item-not-found = Esa canción ya no está en la playlist.
    .way-out = Mira lo que hay con `/playlist mostrar`.

# Lo personal, y lo que está desactivado

error-feature-off = Este comando está desactivado aquí.
    .way-out = Pide a quien lleva el bot que lo active.

command-preferences = preferencias
    .description = Muestra lo que elegiste para ti, o elige otra cosa
    .language = idioma
    .language-description = El idioma en el que te respondo
    .language-any = El de tu Discord
    .language-en = English
    .language-de = Deutsch
    .language-es = Español
    .language-ja = 日本語
    .private = privado
    .private-description = Si solo tú ves mis respuestas a tus comandos
    .source = fuente
    .source-description = Dónde busco las palabras que escribes
    .source-any = En todas partes
    .source-local = La carpeta de música
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .history = historial
    .history-description = Si te propongo lo que escuchaste y lo cuento en estadísticas
command-privacy = privacidad
    .description = Mira, llévate o borra lo que guardo sobre ti
command-privacy-show = mostrar
    .description = Muestra lo que guardo sobre ti
command-privacy-export = exportar
    .description = Te da en un archivo lo que guardo sobre ti
command-privacy-delete = borrar
    .description = Borra lo que guardo sobre ti, en todos los servidores
card-preferences = Tus preferencias
card-preferences-language = { $language ->
    [en] Idioma: English
    [de] Idioma: Deutsch
    [es] Idioma: Español
    [ja] Idioma: 日本語
   *[any] Idioma: el de tu Discord
}
card-preferences-private = { $mode ->
    [on] Respuestas a tus comandos: solo las ves tú
   *[off] Respuestas a tus comandos: las ven todos
}
card-preferences-source = { $source ->
    [local] Búsquedas: la carpeta de música
    [youtube] Búsquedas: YouTube
    [soundcloud] Búsquedas: SoundCloud
    [bandcamp] Búsquedas: Bandcamp
    [spotify] Búsquedas: Spotify
    [applemusic] Búsquedas: Apple Music
    [deezer] Búsquedas: Deezer
   *[any] Búsquedas: en todas partes
}
card-preferences-history = { $mode ->
    [on] Lo que escuchaste: se te propone y se cuenta en estadísticas
   *[off] Lo que escuchaste: ni se propone ni se cuenta
}
card-privacy = Lo que guardo sobre ti
card-privacy-kept = { $kind ->
    [playing] Canciones tuyas que suenan ahora: { $count }
    [queue] Canciones tuyas en colas: { $count }
    [removed] Canciones tuyas que se quitaron de colas: { $count }
    [history] Canciones tuyas que sonaron: { $count }
    [edit] Cambios de colas que se pueden deshacer: { $count }
    [vote] Votos: { $count }
    [listening] Canales de voz en los que escuchas: { $count }
    [dj] Servidores en los que ahora eres DJ: { $count }
    [preferences] Preferencias: { $count }
    [token] Tokens para programas: { $count }
    [guild_settings] Servidores cuyos ajustes cambiaste por última vez: { $count }
    [job] Importaciones y otros trabajos: { $count }
    [panel] Paneles que dicen lo último que hiciste: { $count }
    [playlist] Playlists: { $count }
    [playlist_share] Playlists compartidas contigo: { $count }
    [change] Cambios de ajustes: { $count }
    [played] Canciones que sonaron para ti: { $count }
    [schedule] Publicaciones que programaste: { $count }
    [lastfm] Cuentas de last.fm: { $count }
    [scrobble] Canciones que last.fm aún no sabe: { $count }
   *[other] Otras cosas: { $count }
}
card-privacy-more = Hay más de lo que cabe en un archivo.
card-privacy-ways = Llévatelo con `/privacidad exportar` o bórralo con `/privacidad borrar`.
card-privacy-nothing = No guardo nada sobre ti.
card-privacy-exported = Esto es lo que guardo sobre ti.
card-privacy-delete = ¿Borrar lo que guardo sobre ti, en todos los servidores? Lo que pusiste en colas sigue sonando sin tu nombre. Esto no se puede deshacer.
card-privacy-deleted = Borré lo que guardaba sobre ti.
card-privacy-deleting = Estoy borrando lo que guardaba sobre ti. Una parte de mí no está y lo hará en cuanto vuelva.
button-forget = Borrar todo

# Letras que siguen la canción
card-lyrics-sung = ▶ **{ $line }**
card-lyrics-pause = ♪
card-lyrics-over = *Esta canción ya terminó.*
button-lyrics-follow = Seguir la canción
button-lyrics-stop = Dejar de seguirla

# Páginas de la cola
card-queue-page = Página { $page } de { $pages }
button-page = Página…
form-page = Ir a una página
form-page-number = Página, de 1 a { $pages }
error-page-not-found = Esa página no existe.
    .way-out = { $pages ->
        [one] Solo hay una página.
       *[other] Elige una de la 1 a la { $pages }.
    }

# Votos y el orden de los botones

setting-vote_shares = Votos para otras cosas
    .description = Qué más se vota, además de saltar, y qué parte de quienes escuchan tiene que quererlo. Los DJ no necesitan votos. Si no se vota por vaciar o mezclar la cola, solo los DJ pueden hacerlo; con 0 %, puede hacerlo cualquiera que escuche.
    .none = ninguno
    .pause = Pausar
    .resume = Reanudar
    .stop = Detener
    .leave = Despedir al bot
    .previous = Anterior
    .replay = Reiniciar
    .queue_clear = Vaciar la cola
    .queue_shuffle = Mezclar la cola
setting-panel_buttons = Botones del reproductor
    .description = Los botones que hay debajo de lo que suena, en su orden, cinco por fila.
    .none = todos
    .previous = Anterior
    .pause = Pausar
    .skip = Saltar
    .stop = Detener
    .favorite = Favorito
    .shuffle = Mezclar
    .loop = Repetir
    .autoplay = Autoplay
    .lyrics = Letra
    .queue = Cola
setting-share = { $name } { $value } %

# Canales donde basta con escribir lo que se quiere oír.

setting-request_channel_id = Canal de peticiones
    .description = El canal donde basta con escribir el nombre de una canción, pegar un enlace o subir un archivo. Ahí se muestra el reproductor, y lo que se escribe se borra a los diez segundos.
    .none = ninguno
setting-max_songs_per_message = Canciones por mensaje
    .description = Cuántas canciones se pueden pedir en un mensaje del canal de peticiones, cada una en su propia línea.
card-request-invitation = No suena nada. Escribe el nombre de una canción en { $channel }, pega un enlace o sube un archivo, y lo pongo en tu canal de voz.
card-request-taken = { $count ->
    [one] { $place ->
        [0] Suena ahora: { $title }
       *[other] Número { $place } en la cola: { $title }
    }
   *[other] { $place ->
        [0] Se añadieron { $count } canciones, la primera suena ahora: { $title }
       *[other] Se añadieron { $count } canciones, la primera es la número { $place } en la cola: { $title }
    }
}
card-request-more = { $count ->
    [one] Se añadió una más.
   *[other] Se añadieron { $count } más.
}
card-request-missed = { $count ->
    [one] No se añadió: { $songs }
   *[other] No se añadieron { $count }: { $songs }
}
card-request-unread = { $count ->
    [one] Había una línea de más para un solo mensaje. Envíala en otro.
   *[other] Había { $count } líneas de más para un solo mensaje. Envíalas en otro.
}
card-request-missing = { $lack ->
    [content] Ya no veo lo que se escribe aquí. Pide a quien lleva el bot que active Message Content Intent en Bot, en el portal de desarrolladores de Discord, y mencióname hasta entonces.
   *[deleting] No puedo borrar lo que otros escriben aquí. Deja que mi rol gestione los mensajes de este canal y lo mantendré en orden.
}
error-content-intent-missing = Discord no me dice qué se escribe en este servidor.
    .way-out = Pide a quien lleva el bot que active Message Content Intent en Bot, en el portal de desarrolladores de Discord. Hasta entonces, mencióname y di qué quieres oír.

# El DJ de una sesión.

command-dj = dj
    .description = Mira quién es DJ de esta sesión o pasa el puesto a otra persona
    .person = persona
    .person-description = Quién será DJ; tiene que estar escuchando
card-dj = { $user } es DJ de esta sesión.
card-dj-now = Ahora { $user } es DJ de esta sesión. El puesto se pasa a otra persona con `/dj`.
card-dj-nobody = Nadie es DJ de esta sesión. Quien gestiona el servidor puede activar en `/ajustes` que las sesiones tengan DJ.
setting-session_dj = DJ en cada sesión
    .description = Quien me trae a un canal de voz puede hacer lo mismo que un DJ, hasta que pase el puesto con `/dj` o salga.
way-out-dj = Pídeselo a { $dj }, que es DJ ahora.
error-session-dj-off = En este servidor las sesiones no tienen DJ.
    .way-out = Pide a alguien que gestione el servidor que lo active en `/ajustes`.
error-listener-needed = Solo puede ser DJ otra persona que esté escuchando.
    .way-out = Elige a alguien de mi canal de voz.
error-already-dj = Esa persona ya es DJ.
    .way-out = Elige a otra, o mira quién es DJ con `/dj`.

# Archivos que se suben

error-file-too-large = Ese archivo es más grande de lo que puedo leer.
    .way-out = Sube uno de { $limit } MB como máximo.
error-file-unreachable = Discord no me da ese archivo.
    .way-out = Súbelo de nuevo.

# Autoplay desde una playlist.

card-autoplay-playlist = Cuando la cola esté vacía, seguiré con { $name }.
card-playlist-gone = La playlist con la que seguía ya no existe o ya no se comparte con este servidor. Elige otra con `/autoplay`.
choice-fitting = Sin playlist: lo que mejor encaje
error-playlist-not-shared = Esa playlist no es de este servidor.
    .way-out = Compártela primero con el servidor, con `/playlist compartir`.

# A qué velocidad y en qué tono suena

command-filter-speed = velocidad
    .description = Elige la velocidad y el tono, en lugar de todos los filtros
    .percent = porcentaje
    .percent-description = Qué tan rápido, de 25 a 400; 100 es lo normal
    .pitch = tono
    .pitch-description = Qué tan agudo, de 25 a 400; si no se indica, lo normal

# Lo que uno escuchó, otra vez; un ecualizador; la playlist de la reproducción automática en los ajustes

card-own-history = Lo que sonó para ti
card-own-history-empty = Todavía no ha sonado nada tuyo aquí. Pon algo con `/reproducir`.
card-history-again = Poner de nuevo
card-history-off = No quieres que te proponga lo que escuchaste. Permítemelo de nuevo con `/preferencias`.
command-filter-equalizer = ecualizador
    .description = Elige el volumen de los graves, medios y agudos, en lugar de todos los filtros
    .bass = graves
    .bass-description = En decibelios, de -12 a 12; si no se indica, lo normal
    .middle = medios
    .middle-description = En decibelios, de -12 a 12; si no se indica, lo normal
    .treble = agudos
    .treble-description = En decibelios, de -12 a 12; si no se indica, lo normal
setting-autoplay_playlist_id = Playlist de autoplay
    .description = La playlist de este servidor con la que sigo cuando la cola está vacía y autoplay está activado.
    .none = ninguna, lo que mejor encaje
setting-playlist-gone = una playlist que ya no existe
card-settings-no-playlists = Este servidor aún no tiene ninguna playlist para elegir. Crea una con `/playlist crear` o comparte una con `/playlist compartir`.
command-sort = ordenar
    .description = Pon la cola en orden
    .by = por
    .by-description = Qué va primero
    .by-title = Los títulos por orden alfabético
    .by-length = Las más cortas
    .by-requester = Las canciones de cada persona juntas
    .by-reverse = Lo que ahora va al final
card-sorted = Cola ordenada. Mira el nuevo orden con `/cola`.

# Una cuenta de last.fm

command-lastfm = lastfm
    .description = Cuéntale a last.fm lo que escuchas
command-lastfm-link = vincular
    .description = Vincula tu cuenta de last.fm o mira cuál está vinculada
command-lastfm-unlink = desvincular
    .description = Haz que olvide tu cuenta de last.fm
card-lastfm-asking = Permíteme en last.fm añadir lo que escuchas; después vuelve y dímelo aquí.
card-lastfm-told = Lo que le cuento: cada canción que termina mientras estás en mi canal de voz, si dura más de 30 segundos y sonó la mitad de ella o cuatro minutos.
card-lastfm-linked = Tu cuenta de last.fm es { $name }, vinculada el { $when }.
card-lastfm-unlinked = Olvidé tu cuenta { $name } y ya no le cuento nada a last.fm.
card-lastfm-none = No has vinculado ninguna cuenta de last.fm. Puedes hacerlo con `/lastfm vincular`.
button-lastfm-open = Abrir last.fm
button-lastfm-finish = Ya lo permití
button-lastfm-link = Vincular otra
button-lastfm-unlink = Desvincular
error-lastfm-off = Nadie ha configurado last.fm para este bot.
    .way-out = Pide a quien lleva el bot que ponga `LASTFM_API_KEY` y `LASTFM_SHARED_SECRET`.
error-lastfm-not-allowed = Todavía no lo has permitido en last.fm.
    .way-out = Permítelo allí y vuelve a pulsar el botón; pasada una hora, empieza de nuevo con `/lastfm vincular`.
