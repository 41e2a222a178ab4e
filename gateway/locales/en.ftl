# Commands as Discord lists them. A command's name and its options' names are what people type.

command-play = play
    .description = Play a song, or add it to the queue
    .query = query
    .query-description = A title, an artist, or an address
    .placement = placement
    .placement-description = Where it goes; without this, to the end of the queue
    .placement-end = At the end
    .placement-next = Next
    .placement-now = Now; what plays goes on after it
    .source = source
    .source-description = Where to search for words; without this, as your preferences say
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .source-local = Music folder
command-pause = pause
    .description = Pause the music
command-resume = resume
    .description = Go on with the paused music
command-skip = skip
    .description = Go on to the next track, or to one of the queue
    .to = to
    .to-description = A track of the queue to go on with; those before it are skipped
command-previous = previous
    .description = Go back to the track before
command-stop = stop
    .description = Stop the music and clear the queue
command-seek = seek
    .description = Move to a position of the track
    .position = position
    .position-description = Where to, as 90, 1:30 or 1:02:03; or how far, as +30 or -15
command-replay = replay
    .description = Play the track again from its start
command-nowplaying = nowplaying
    .description = Show what is playing
command-lyrics = lyrics
    .description = Show the lyrics of what is playing
command-queue = queue
    .description = Show what is coming up
command-history = history
    .description = Show what was played before, to play it again
    .mine = mine
    .mine-description = Whether to show only what was played for you
command-remove = remove
    .description = Remove a track from the queue, or all to which something applies
    .item = item
    .item-description = The track to remove
    .to = to
    .to-description = Remove all from that track to this one; without the other, from the first of the queue
    .member = member
    .member-description = Remove what this person added
    .duplicates = duplicates
    .duplicates-description = Remove what stands before it in the queue already, or plays
    .absent = absent
    .absent-description = Remove what people added who have left the voice channel
    .words = words
    .words-description = Remove what has all these words in its title or artist
command-move = move
    .description = Move a track of the queue
    .item = item
    .item-description = The track to move
    .before = before
    .before-description = The track it will stand before; without one, it goes to the end
command-shuffle = shuffle
    .description = Put the queue in a random order
    .keep = keep
    .keep-description = Whether the tracks of each person keep the order they have
command-clear = clear
    .description = Remove all tracks from the queue; what plays goes on
command-undo = undo
    .description = Take the last edit of the queue back
command-redo = redo
    .description = Do again what was taken back last
command-loop = loop
    .description = Choose what comes after a track
    .mode = mode
    .mode-description = What repeats
    .mode-off = Nothing
    .mode-track = This track
    .mode-queue = The queue
    .times = times
    .times-description = How many more times this track is played; without it, until you stop that
command-volume = volume
    .description = Change the volume
    .percent = percent
    .percent-description = How loud, 0 to 200; 100 is as usual
command-filter = filter
    .description = Change the sound
command-filter-preset = preset
    .description = Choose a sound in place of all filters
    .name = name
    .name-description = The sound
    .name-off = Off
    .name-bass_boost = Bass boost
    .name-treble_boost = Treble boost
    .name-nightcore = Nightcore
    .name-vaporwave = Vaporwave
    .name-eight_d = 8D
    .name-karaoke = Karaoke
    .name-soft = Soft
    .name-tremolo = Tremolo
    .name-vibrato = Vibrato
command-filter-use = use
    .description = Use saved filters in place of all filters
    .name = name
    .name-description = The name they were saved under
command-filter-save = save
    .description = Save the filters under a name, for everybody here
    .name = name
    .name-description = The name; what has it already is replaced
command-filter-delete = delete
    .description = Delete saved filters
    .name = name
    .name-description = The name they were saved under
command-autoplay = autoplay
    .description = Choose whether the music goes on when the queue is empty
    .mode = mode
    .mode-description = Whether it goes on
    .mode-on = On
    .mode-off = Off
    .playlist = playlist
    .playlist-description = A playlist of this server to go on with from now on; whoever manages it chooses
command-import = import
    .description = Add many songs at once, from a list that you paste
    .placement = placement
    .placement-description = Where they go; without this, to the end of the queue
    .placement-end = At the end
    .placement-next = Next
command-join = join
    .description = Bring the bot into your voice channel
command-leave = leave
    .description = Stop the music and send the bot away

# Answers. Titles and names come escaped.

live = live
somebody = somebody
autoplay = autoplay
filter = { $name ->
    [BASS_BOOST] bass boost
    [TREBLE_BOOST] treble boost
    [NIGHTCORE] nightcore
    [VAPORWAVE] vaporwave
    [EIGHT_D] 8D
    [SOFT] soft
    [KARAOKE] karaoke
    [TREMOLO] tremolo
    [VIBRATO] vibrato
    [EQUALIZER] equalizer
    [TIMESCALE] speed and pitch
    [ROTATION] rotation
    [DISTORTION] distortion
    [CHANNEL_MIX] mixed channels
    [LOW_PASS] low pass
   *[other] something else
}
queue-edit = { $kind ->
    [ADDED] { $count ->
        [one] added one track
       *[other] added { $count } tracks
    }
    [REMOVED] { $count ->
        [one] removed one track
       *[other] removed { $count } tracks
    }
    [MOVED] moved a track
    [SWAPPED] swapped two tracks
    [REPLACED] put another track in a place
    [REORDERED] { $count ->
        [one] reordered one track
       *[other] reordered { $count } tracks
    }
   *[other] changed something
}

card-playing = Playing
card-paused = Paused
card-added = { $count ->
    [one] { $place ->
        [1] Plays next
       *[other] Number { $place } in the queue
    }
   *[other] Added { $count } tracks, the first is number { $place } in the queue
}
card-starts = Plays in { $length }
card-left-out = { $count ->
    [one] One track was left out: this server does not want it.
   *[other] { $count } tracks were left out: this server does not want them.
}
card-ends = Ends { $when }
card-position = At { $position } of { $length }
card-requested-by = Asked for by { $user }
card-picked = { $reason ->
    [SAME_ARTIST] Picked because of { $because }, by the same artist
    [HISTORY] Picked because it was played here before
    [FAVORITE] Picked because somebody here likes it
    [PLAYLIST] Picked from the playlist of this server
   *[other] Picked because of { $because }
}
card-votes = { $count } of { $listeners } voted to skip
card-loop = { $mode ->
    [TRACK] { $count ->
        [0] This track repeats.
        [one] This track repeats once more.
       *[other] This track repeats { $count } more times.
    }
    [QUEUE] The queue repeats.
   *[other] Nothing repeats.
}
card-volume = The volume is { $percent }%.
card-filters = Filters: { $names }.
card-filters-none = There are no filters.
card-filters-saved = Saved the filters as { $name }. Use them with `/filter use`.
card-filters-deleted = Deleted { $name }. What plays keeps its sound.
card-autoplay-on = When the queue is empty, I go on by myself.
card-autoplay-off = When the queue is empty, I stop.
card-waiting = { $count ->
    [one] One track waits, { $length }
   *[other] { $count } tracks wait, { $length }
}
card-nothing-next = The queue is empty. Add something with `/play`.
card-over = The music has stopped. Start something with `/play`.
card-moved-on = The player goes on in a newer message.
card-deed = { $method ->
    [AddQueueItems] { $user } added to the queue.
    [ClearQueue] { $user } cleared the queue.
    [DeleteSavedFilters] { $user } deleted saved filters.
    [JoinChannel] { $user } brought me here.
    [JumpToQueueItem] { $user } jumped to this track.
    [LeaveChannel] { $user } sent me away.
    [MoveQueueItem] { $user } moved a track of the queue.
    [Pause] { $user } paused.
    [Play] { $user } asked for music.
    [Previous] { $user } went back to the track before.
    [RedoQueueEdit] { $user } did an edit of the queue again.
    [RemoveQueueItem] { $user } removed a track from the queue.
    [RemoveQueueItems] { $user } removed tracks from the queue.
    [ReplaceQueueItem] { $user } put another track in the place of a wrong one.
    [Replay] { $user } started the track again.
    [Resume] { $user } resumed.
    [ReverseQueue] { $user } turned the queue around.
    [SaveFilters] { $user } saved the filters.
    [Seek] { $user } moved within the track.
    [ShuffleQueue] { $user } shuffled the queue.
    [Skip] { $user } asked for the next track.
    [SortQueue] { $user } sorted the queue.
    [Stop] { $user } stopped the music.
    [SwapQueueItems] { $user } swapped two tracks of the queue.
    [TransferDj] { $user } chose who is the DJ.
    [UndoQueueEdit] { $user } took an edit of the queue back.
    [UpdatePlayer] { $user } changed how it plays.
    [Vote] { $user } voted.
   *[other] { $user } changed something.
}
card-skipped = Skipped { $title }.
card-voted = { $count ->
    [one] You voted to skip. One more vote is needed.
   *[other] You voted to skip. { $count } more votes are needed.
}
card-sought = Moved to { $position }.
card-stopped = Stopped, and cleared the queue.
card-joined = I am in { $channel }. Start something with `/play`.
card-left = Stopped, and left the voice channel.
card-queue = { $count ->
    [0] Queue
    [one] Queue: one track, { $length }
   *[other] Queue: { $count } tracks, { $length }
}
card-queue-empty = The queue is empty. Add something with `/play`.
card-queue-current = ▶️ { $track }
card-queue-line = { $place }. { $track }
card-queue-more = … and { $count } more
card-removed = Removed { $title } from the queue.
card-candidates = Which song should it be? It takes the place of the wrong one.
card-candidates-choose = Choose the right one
card-candidates-none = I found no other song like that. Search for it with `/play`.
card-replaced = It is { $title } now.
card-moved = Moved the track. See the new order with `/queue`.
card-shuffled = Shuffled the queue. See the new order with `/queue`.
card-undone = Took back that { $user } { $what }. Do it again with `/redo`.
card-redone = Did again that { $user } { $what }. Take it back with `/undo`.
card-cleared = { $count ->
    [one] Removed one track from the queue.
   *[other] Removed { $count } tracks from the queue.
}
card-lyrics = Lyrics
card-lyrics-from = Lyrics from { $provider }
card-history = Played before
card-history-empty = Nothing was played yet. Start something with `/play`.
card-history-line = { $reason ->
    [SKIPPED] { $track }, skipped { $when }
    [STOPPED] { $track }, stopped { $when }
    [FAILED] { $track }, could not be played { $when }
    [VOICE_LOST] { $track }, ended with the voice connection { $when }
   *[other] { $track }, { $when }
}
card-import = { $state ->
    [SUCCEEDED] Added { $added } of { $total }.
    [CANCELLED] Cancelled. Added { $added } of { $total }; take them back with `/undo`.
    [FAILED] Gave up. Added { $added } of { $total }.
   *[other] Looked up { $done } of { $total }, added { $added } so far.
}
card-import-missed = { $count ->
    [one] Not found:
   *[other] Not found ({ $count }):
}
card-refused = { $why } (`{ $ref }`)

button-pause = Pause
button-resume = Resume
button-skip = Skip
button-wrong = Wrong song?
button-first = First page
button-more = More
button-cancel = Cancel
form-import = Import songs
form-import-lines = One song per line
form-import-example = A title and an artist, or an address
choice-item = { $place }. { $track }

# One sentence and one way out for each reason of the contract.

error-internal = Something unexpected went wrong.
    .way-out = Try again; if it stays, give the reference to whoever runs the bot.
error-invalid-argument = { $field ->
    [position] That is not a position in a track.
    [offset] That is further than any track is long.
    [item_ids] That does not say what to remove.
    [loop_count] Only a track can repeat so many times.
    [query] That is too long to search for.
    [lines] That is no list of songs.
    [values] One of them is no domain.
    [item] That is not a track of the queue.
    [before] That is not a track of the queue.
    [to] That is not a track of the queue.
    [setting] { $kind ->
        [number] That is no number from { $least } to { $most }.
        [length] That is no length of { $least } to { $most } seconds.
        [text] That is too long.
        [lines] That is too long.
        [order] One of those lines names no button, or one that is there already.
        [shares] One of those lines is no share of the listeners.
        [too-long] That list is too long to be changed in Discord.
       *[other] That is not there to choose any more.
    }
    [time_of_day] That is not a time of day.
    [text] A daily message has a text.
    [schedule_id] That is not a schedule.
    [name] That is no name for it.
   *[other] Something in that is not valid.
}
    .way-out = { $field ->
    [position] Write it as `90`, `1:30` or `1:02:03`, or as `+30` or `-15` to go on or back.
    [offset] Write it as `+30` or `-15`.
    [item_ids] Choose a track, several in a row, a person, duplicates, what people added who have left, or words.
    [loop_count] Choose the track, or leave the times out.
    [query] Use fewer words.
    [lines] Write one song per line, each in at most 200 characters.
    [values] Write one per line, as `example.org`.
    [item] Choose one of those that are shown while you type, or type its number.
    [before] Choose one of those that are shown while you type, or type its number.
    [to] Choose one of those that are shown while you type, or type its number.
    [setting] { $kind ->
        [number] Write it in digits.
        [length] Write it as `90`, `1:30` or `1:02:03`.
        [text] Write at most { $most } characters.
        [lines] Write at most { $lines } lines, each in at most { $most } characters.
        [order] Write one per line. There are: { $words }.
        [shares] Write a number from { $least } to { $most } behind each colon, or nothing. There are: { $words }.
        [too-long] Change it over REST, or take it back to the default.
       *[other] Open `/settings` again.
    }
    [time_of_day] Write it as `09:30` or `21:00`.
    [text] Write one, or choose the song of the day.
    [schedule_id] Choose one of those that are shown while you type.
    [name] Choose a shorter one, on one line.
   *[other] Change it and try again.
}
error-unknown-method = The bot's parts do not understand each other.
    .way-out = Ask whoever runs the bot to update all of it.
error-unauthenticated = I do not know who you are.
    .way-out = Sign in again.
error-caller-refused = One part of the bot may not ask that of another.
    .way-out = Give the reference to whoever runs the bot.
error-scope-missing = Your token does not allow that.
    .way-out = Use a token with the scope it needs.
error-level-too-low = { $required ->
    [LISTENER] Only people who listen can do that.
    [DJ] Only DJs can do that.
    [MANAGER] Only people who manage the server can do that.
    [OWNER] Only the server's owner can do that.
    [OPERATOR] Only whoever runs the bot can do that.
   *[other] You cannot do that here.
}
    .way-out = { $required ->
    [LISTENER] Join the bot's voice channel first.
    [DJ] Ask for the DJ role of this server.
   *[other] Ask somebody who can.
}
error-guild-not-found = I do not know this server.
    .way-out = Invite me again.
error-request-id-reused = That was asked before, and differently.
    .way-out = Ask once more.
error-rate-limited = That was too much at once.
    .way-out = Try again in { $seconds ->
    [one] one second.
   *[other] { $seconds } seconds.
}
error-unavailable = A part of the bot is away for the moment, so nothing was changed.
    .way-out = Try again in a few seconds.
error-deadline-exceeded = That took too long.
    .way-out = Look with `/nowplaying` whether it worked, or try again.
error-body-too-large = That is more than I can take at once.
    .way-out = Send less.
error-page-token-invalid = That page is not there any more.
    .way-out = Start from the first page.
error-not-in-voice = You are in no voice channel.
    .way-out = Join one and try again.
error-foreign-voice-channel = That is not your voice channel.
    .way-out = Join the bot's voice channel, or name your own.
error-voice-channel-not-found = I cannot find that voice channel.
    .way-out = Join another one and try again.
error-voice-channel-forbidden = I may not connect or speak in that voice channel.
    .way-out = Ask a moderator to let me, or join another channel.
error-nothing-playing = Nothing is playing.
    .way-out = Start something with `/play`.
error-already-paused = The music is paused already.
    .way-out = Go on with `/resume`.
error-not-paused = The music is not paused.
    .way-out = Pause it with `/pause`.
error-not-seekable = One cannot move within this track.
    .way-out = Let it play, or go on with `/skip`.
error-seek-out-of-range = The track ends before that.
    .way-out = See its length with `/nowplaying`.
error-no-match = I found nothing for that.
    .way-out = Try other words, or an address.
error-load-failed = { $source ->
    [spotify] I cannot read that link of Spotify.
    [applemusic] I cannot read that link of Apple Music.
    [deezer] I cannot read that link of Deezer.
   *[other] I cannot read that.
}
    .way-out = { $source ->
    [spotify] Search for a song of it by title and artist.
    [applemusic] Search for a song of it by title and artist.
    [deezer] Search for a song of it by title and artist.
   *[other] Try another address, or search by title.
}
error-handle-invalid = I do not know that track any more.
    .way-out = Search for it again.
error-item-not-found = That track is not there any more.
    .way-out = See what is with `/queue`.
error-queue-full = The queue is full.
    .way-out = Let a few tracks play first.
error-no-node = I cannot make sound at the moment.
    .way-out = Try again in a few seconds.
error-not-own-item = Somebody else added that.
    .way-out = Ask them, or a DJ.
error-not-connected = I am in no voice channel.
    .way-out = Bring me into yours with `/join`.
error-queue-empty = The queue is empty already.
    .way-out = Add something with `/play`.
error-nothing-to-play = There is nothing to play in that.
    .way-out = Give a title, an artist or an address.
error-version-stale = { $what ->
    [settings] The settings changed meanwhile.
   *[other] The queue changed meanwhile.
}
    .way-out = { $what ->
    [settings] Look at them and try again.
   *[other] Look at it with `/queue` and try again.
}
error-nothing-before = Nothing was played before this.
    .way-out = See what was played with `/history`.
error-nothing-to-undo = There is nothing to take back.
    .way-out = See what is with `/queue`.
error-nothing-to-redo = There is nothing to do again.
    .way-out = Take something back with `/undo` first.
error-quota-reached = { $limit ->
    [one] This server allows everybody one track in the queue.
   *[other] This server allows everybody { $limit } tracks in the queue.
}
    .way-out = Let one of yours play first, or ask a DJ.
error-track-too-long = That track is longer than this server allows.
    .way-out = Choose a shorter one.
error-stream-unwelcome = This server allows no live streams.
    .way-out = Choose a track that ends.
error-duplicate-unwelcome = That is in the queue already.
    .way-out = Choose something else.
error-already-voted = You have voted for that already.
    .way-out = { $missing ->
    [one] One more person has to ask for it.
   *[other] { $missing } more people have to ask for it.
}
error-votes-needed = Others are listening to this.
    .way-out = Vote with `/skip`.
error-nothing-to-save = No filters are set.
    .way-out = Set some with `/filter` first.
error-too-many-saved = This server has { $limit } saved filters already.
    .way-out = Delete one of them first.
error-saved-filters-not-found = Nothing is saved under that name.
    .way-out = Choose one of the names that are suggested.
error-filters-unsupported = The sound cannot be changed like that here.
    .way-out = Choose other filters.
error-too-many-tracks = That list has more than { $limit } tracks.
    .way-out = Choose a shorter one.
error-job-not-found = I do not know that job.
    .way-out = Look at the list of jobs.
error-source-failed = { $source ->
    [youtube] YouTube does not answer me at the moment.
    [soundcloud] SoundCloud does not answer me at the moment.
    [bandcamp] Bandcamp does not answer me at the moment.
    [spotify] Spotify does not answer me at the moment.
    [applemusic] Apple Music does not answer me at the moment.
    [deezer] Deezer does not answer me at the moment.
   *[other] That source does not answer me at the moment.
}
    .way-out = Try another source, or this one again in a few minutes.
error-node-not-found = I do not know that audio node.
    .way-out = Look at the list of nodes.
error-node-exists = There is an audio node of that name already.
    .way-out = Choose another name, or remove the other one first.
error-node-configured = That audio node is set in LAVALINK_NODES, so it cannot be removed here.
    .way-out = Drain it, then take it out of LAVALINK_NODES.
error-node-too-old = That audio node is older than Lavalink 4.2, which encrypted calls need.
    .way-out = Update it and try again.
error-node-password-default = That audio node has the password that everybody knows.
    .way-out = Give it another one, here and in its application.yml.
error-node-unanswered = That audio node does not answer, or not to that password.
    .way-out = Check its address and password, and whether it runs.
error-lyrics-not-found = I found no lyrics for this track.
    .way-out = Try it with another version of the song.
error-not-supported = { $missing ->
    [lavalyrics-plugin] No audio node can look for lyrics.
    [sponsorblock-plugin] No audio node can skip segments.
   *[other] No audio node can do that.
}
    .way-out = Ask whoever runs the bot to add { $missing ->
    [lavalyrics-plugin] the plugin LavaLyrics.
    [sponsorblock-plugin] the plugin SponsorBlock.
   *[other] a node that can.
}
error-import-not-found = I do not know that import any more.
    .way-out = Start it again with `/import`.
error-import-ended = That import has ended already.
    .way-out = Take what it added back with `/undo`.
error-import-under-way = An import is under way in this server already.
    .way-out = Wait until it has ended, or cancel it.
error-not-own-import = Somebody else started that import.
    .way-out = Ask them, or a DJ.

# Asking for music

command-search = search
    .description = Search for music and choose what to play, several songs at once
    .query = query
    .query-description = Words of the title or the artist
    .source = source
    .source-description = Where to search; without this, everywhere
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .source-local = Music folder
    .placement = placement
    .placement-description = Where it goes; without this, to the end of the queue
    .placement-end = At the end
    .placement-next = Next
    .placement-now = Now
command-playfile = playfile
    .description = Play a file that you upload
    .file = file
    .file-description = A song as a file
    .placement = placement
    .placement-description = Where it goes; without this, to the end of the queue
    .placement-end = At the end
    .placement-next = Next
    .placement-now = Now
menu-playthis = Play this
command-help = help
    .description = List what I can do
card-found = { $count ->
    [one] One song was found.
   *[other] { $count } songs were found.
}
card-found-choose = Choose what to play
card-found-none = Nothing was found that can be chosen. Use `/play` with an address, or other words.
card-help = What I can do
card-help-line = **/{ $command }** — { $what }
# Settings of a server. `.none` is what zero, or nothing, means.

command-settings = settings
    .description = See and change how the bot works in this server

setting-group-queue = Queue
setting-group-playback = Playback
setting-group-channel = Voice channel
setting-group-people = Votes and roles
setting-group-commands = Commands
setting-group-blocks = Blocked
setting-group-appearance = Appearance
setting-group-community = Community

setting-fair_queue = Fair queue
    .description = What is added is put in turn with what others added, one each, instead of at the end.
setting-allow_duplicates = Duplicates
    .description = A track may be added that is in the queue already.
setting-allow_streams = Live streams
    .description = Live streams may be added.
setting-max_queue_length = Tracks in the queue
    .description = The most tracks that wait in the queue.
setting-max_items_per_requester = Tracks of one person
    .description = The most tracks of one person that wait in the queue.
    .none = no limit
setting-max_track_length = Longest track
    .description = The longest track that may be added.
    .none = no limit
setting-loudness_levelling = Level the loudness
    .description = Tracks are brought to the same loudness, from the next one on.
setting-skip_segments = Skip what is no music
    .description = Sponsors, self-promotion and talk in YouTube's videos are skipped.
setting-crossfade = Crossfade
    .description = How long the end of a track and the start of the next one sound together.
    .none = off
setting-stay_connected = Stay connected
    .description = The bot stays in its voice channel until it is sent away.
setting-empty_channel_timeout = Stay when alone
    .description = How long the bot stays in a voice channel that everybody left.
    .none = leave at once
setting-vote_share_percent = Votes for a skip
    .description = The share of listeners that have to want a skip. DJs need no votes.
    .none = no vote is needed
setting-dj_role_id = DJ role
    .description = The role whose members are DJs.
    .none = a role named “DJ”

setting-lone_listener_is_dj = Alone is a DJ
    .description = Whoever listens alone may do what a DJ may.
setting-command_cooldown = Pause between commands
    .description = How long a person waits between two commands. DJs need not wait.
    .none = none
setting-commands_per_minute = Commands per minute
    .description = The most commands of all together in a minute. DJs are not counted.
    .none = no limit
setting-voice_channel_ids = Voice channels
    .description = The voice channels that the bot may be brought into.
    .none = all
setting-command_channel_ids = Channels for commands
    .description = The channels in which commands are taken, threads in them too. Managers of the server give commands everywhere.
    .none = all
setting-blocked_user_ids = Blocked people
    .description = They may only look, unless they manage the server.
    .none = nobody
setting-blocked_role_ids = Blocked roles
    .description = Their members may only look, unless they manage the server.
    .none = none
setting-blocked_tracks = Blocked tracks
    .description = Tracks that may not be added, each by its address or its whole title.
    .none = none
setting-blocked_artists = Blocked artists
    .description = Nothing by them may be added. Each is blocked by the whole name.
    .none = none
setting-blocked_domains = Blocked sites
    .description = Nothing from these domains may be added, nor from those below them.
    .none = none
setting-language = Language
    .description = The language of what I say to everyone.
    .none = as in Discord
    .en = English
    .de = Deutsch
    .es = Español
    .ja = 日本語
setting-music_channel_id = Music channel
    .description = The channel where the player is shown.
    .none = where the music was started
setting-voice_status = Voice channel status
    .description = The status of the voice channel says what plays.
setting-welcome_channel_id = Welcome channel
    .description = The channel where I welcome who comes into this server.
    .none = off, nobody is welcomed
setting-welcome_text = Welcome
    .description = What I say to them. {"{user}"}, {"{server}"}, {"{count}"} and {"{date}"} stand for their name, the server's name, the members and the day.
    .none = a sentence of my own
setting-welcome_mention = Ping who is welcomed
    .description = {"{user}"} in the welcome pings them.
setting-on = on
setting-off = off
setting-number = { $unit ->
    [percent] { $value }%
   *[other] { $value }
}
setting-length = { $colon ->
    [True] { $length }
   *[other] { $length } s
}
setting-several = { $values }
setting-more = { $count } more
setting-limits = { $kind ->
    [number] { $least } to { $most }
    [length] Up to { $most } seconds, as 90 or 1:30
    [lines] One per line, at most { $lines }
    [order] One per line, in their order
    [shares] Percent of the listeners behind each colon, or nothing
   *[other] At most { $most } characters
}

card-settings = Settings: { $group }
card-settings-choose-group = Choose a group
card-settings-choose = Choose a setting
card-settings-choose-value = Choose
card-settings-choose-values = Choose up to { $count }
card-settings-too-long = These are { $count }, more than can be changed in Discord. Change them over REST, or take them back to the default.
card-settings-line = { $chosen ->
    [True] **{ $name }**: { $value }
   *[other] **{ $name }**: { $value } (default)
}
card-changes = Changes of the settings
card-changes-none = Nobody has changed the settings in the last 90 days.
card-change = { $surface ->
    [API] { $when } { $user }, with a token: **{ $name }** { $before } → { $after }
   *[other] { $when } { $user }: **{ $name }** { $before } → { $after }
}
button-reset = Back to the default
button-reset-group = All to the defaults
button-changes = Changes
button-back = Back
button-change = Change
button-turn-on = Turn on
button-turn-off = Turn off
form-setting = Change a setting
# Who may do what

card-vote-counted = { $count ->
    [one] Your vote counts. One more person has to ask for it.
   *[other] Your vote counts. { $count } more people have to ask for it.
}

error-blocked = This server lets you look, and nothing more.
    .way-out = Ask somebody who manages the server.
error-track-blocked = This server has blocked that track.
    .way-out = Choose something else.
error-artist-blocked = This server has blocked that artist.
    .way-out = Choose something by somebody else.
error-domain-blocked = This server takes nothing from that site.
    .way-out = Look for it somewhere else.
error-foreign-text-channel = I take no commands in this channel.
    .way-out = Use { $channels }.
error-voice-channel-unwelcome = I may not come into that voice channel.
    .way-out = Join { $channels }.

# The panel

button-previous = Previous
button-stop = Stop
button-favorite = Favorite
button-shuffle = Shuffle
button-loop = { $mode ->
    [TRACK] Loop: track
    [QUEUE] Loop: queue
   *[other] Loop: off
}
button-autoplay = Autoplay
button-lyrics = Lyrics
button-queue = Queue
panel-next = **Next**
panel-queue-ends = The queue ends { $when }
panel-jump = Jump to a track
panel-effects = Change the sound
panel-elsewhere = The player is in { $channel }.
panel-lost = I can no longer show the player in { $channel } of { $server }. Let me see that channel and write in it, or choose another one in the settings.

# Schedules, statistics and what the bot says of its own.

card-first-steps =
    Hello! I play music here.
    1. Join a voice channel.
    2. Write `/play` and a title or an address.
    Whoever manages this server can let me post something once a day with `/schedule create`.
card-welcome = Welcome to {"{server}"}, {"{user}"}!
card-song-of-the-day = { $count ->
    [one] 🎵 Song of the day: { $title } by { $author }, played once here.
   *[other] 🎵 Song of the day: { $title } by { $author }, played { $count } times here.
}
error-channel-not-writable = I cannot write in that text channel.
    .way-out = Let me see it and send messages there, or choose another one.
error-members-intent-missing = Discord does not tell me who comes into this server.
    .way-out = Ask whoever runs the bot to turn on the Server Members Intent under Bot in Discord's developer portal, and to restart me.
error-time-zone-unknown = There is no time zone of that name.
    .way-out = Choose one of those that are shown while you type, as `Europe/Berlin`.
error-schedule-not-found = I do not know that schedule any more.
    .way-out = See which there are with `/schedule list`.
error-too-many-schedules = This server has { $limit } schedules already.
    .way-out = Remove one with `/schedule remove` first.

command-schedule = schedule
    .description = Let me post something once a day
command-schedule-create = create
    .description = Post a message or the song of the day, once a day
    .channel = channel
    .channel-description = The text channel to post in
    .time = time
    .time-description = The time of day, as 09:30
    .zone = zone
    .zone-description = The time zone, as Europe/Berlin
    .kind = kind
    .kind-description = What to post; a message unless you say otherwise
    .kind-message = a message
    .kind-song = the song of the day
    .text = text
    .text-description = The message; {"{server}"}, {"{count}"} and {"{date}"} stand for the name, the members and the day
command-schedule-list = list
    .description = Show what I post once a day
command-schedule-pause = pause
    .description = Let a schedule pause
    .schedule = schedule
    .schedule-description = The schedule
command-schedule-resume = resume
    .description = Let a schedule go on
    .schedule = schedule
    .schedule-description = The schedule
command-schedule-remove = remove
    .description = Remove a schedule
    .schedule = schedule
    .schedule-description = The schedule
command-stats = stats
    .description = Show what was listened to most
    .who = who
    .who-description = Whose statistics; the server's unless you say otherwise
    .who-server = the server's
    .who-me = mine
    .period = period
    .period-description = How far to look back; 30 days unless you say otherwise
    .period-day = a day
    .period-week = a week
    .period-month = 30 days
    .period-all = to the first track
schedule-what = { $kind ->
    [SONG_OF_THE_DAY] Song of the day in { $channel } at { $time } ({ $zone })
   *[other] Daily message in { $channel } at { $time } ({ $zone })
}
schedule-state = { $state ->
    [PAUSED] pauses
   *[other] { $when }
}
choice-schedule = { $kind ->
    [SONG_OF_THE_DAY] { $time } { $zone }: song of the day { $text }
   *[other] { $time } { $zone }: { $text }
}
card-schedule-created = { $what }: it comes { $when } for the first time.
card-schedule-paused = { $what } pauses. Let it go on with `/schedule resume`.
card-schedule-resumed = { $what }: it goes on { $when }.
card-schedule-removed = { $what } is removed.
card-schedules = Once a day
card-schedules-empty = Nothing is scheduled here. Add something with `/schedule create`.
card-schedule-line = { $place }. { $what }
stats-amount = { $count ->
    [one] once, { $hours } h { $minutes } min
   *[other] { $count } times, { $hours } h { $minutes } min
}
card-stats = { $whose ->
    [ME] What you listened to
   *[other] What this server listened to
}{ $period ->
    [DAY] {" "}in the last 24 hours
    [WEEK] {" "}in the last 7 days
    [MONTH] {" "}in the last 30 days
   *[other] {" "}so far
}
card-stats-empty = { $whose ->
    [ME] Nothing was played for you in that time. Start something with `/play`.
   *[other] Nothing was played here in that time. Start something with `/play`.
}
card-stats-total = { $tracks ->
    [one] One track, played { $amount }
   *[other] { $tracks } tracks, played { $amount }
}
card-stats-tracks = **Tracks**
card-stats-artists = **Artists**
card-stats-listeners = **Asked for by**
card-stats-line = { $place }. { $what }: { $amount }

# Playlists

command-playlist = playlist
    .description = Keep songs, and play them again
command-playlist-create = create
    .description = Make an empty playlist
    .name = name
    .name-description = What it is called
    .server = server
    .server-description = Whether it is this server's: everybody plays it, DJs change it
command-playlist-play = play
    .description = Play a playlist, or add it to the queue
    .playlist = playlist
    .playlist-description = Yours, this server's, or one that is shared with you
    .placement = placement
    .placement-description = Where it goes; without this, to the end of the queue
    .placement-end = At the end
    .placement-next = Next
    .placement-now = Now; what plays goes on after it
command-playlist-add = add
    .description = Add a song to a playlist
    .playlist = playlist
    .playlist-description = The playlist to add to
    .query = query
    .query-description = A title, an artist, or an address; without one, what is playing
command-playlist-list = list
    .description = Show all playlists that you can play here
command-playlist-show = show
    .description = Show the songs of a playlist
    .playlist = playlist
    .playlist-description = The playlist to show
command-playlist-save = save
    .description = Keep what plays and waits in a playlist
    .playlist = playlist
    .playlist-description = A playlist to add to, or the name of a new one
command-playlist-remove = remove
    .description = Take a song out of a playlist
    .playlist = playlist
    .playlist-description = The playlist to change
    .item = item
    .item-description = The song to take out
command-playlist-delete = delete
    .description = Delete a playlist
    .playlist = playlist
    .playlist-description = The playlist to delete
command-playlist-rename = rename
    .description = Give a playlist another name
    .playlist = playlist
    .playlist-description = The playlist to rename
    .name = name
    .name-description = What it is called from now on
command-playlist-share = share
    .description = Let others see and play a playlist
    .playlist = playlist
    .playlist-description = The playlist to share
    .member = member
    .member-description = Who may play it; without anybody, all people of this server
command-playlist-unshare = unshare
    .description = Take back that others see and play a playlist
    .playlist = playlist
    .playlist-description = The playlist that is shared
    .member = member
    .member-description = Who may not play it any more; without anybody, the people of this server
command-playlist-export = export
    .description = Get a playlist as a file
    .playlist = playlist
    .playlist-description = The playlist to take along
command-playlist-import = import
    .description = Put a list of songs, or what another bot exported, into a playlist
    .file = file
    .file-description = A list of songs, or what a bot exported; without this, you can paste it
    .playlist = playlist
    .playlist-description = A playlist, or the name of a new one; without this, that of the file
command-favorite = favorite
    .description = Add what is playing to your favourites
playlist-favorites = Favourites
card-playlist-created = Made { $name }. Fill it with `/playlist add` or `/playlist save`.
card-playlist-added = Added { $title } to { $name }.
card-playlist-removed = Took a song out of { $name }.
card-playlist-deleted = Deleted { $name }.
card-playlist-renamed = It is called { $name } now.
card-playlist-shared = { $user ->
    [0] Everybody here can play { $name } now.
   *[other] { $user } can play { $name } now.
}
card-playlist-unshared = { $user ->
    [0] { $name } is not shared with this server any more.
   *[other] { $name } is not shared with { $user } any more.
}
card-playlist-saved = { $added ->
    [one] Added one song to { $name }.
   *[other] Added { $added } songs to { $name }.
}{ $left ->
    [0] {""}
    [one] {" "}There was no room for another one.
   *[other] {" "}There was no room for { $left } more.
}
card-playlist-brought = { $count ->
    [one] Added one song to { $name }.
   *[other] Added { $count } songs to { $name }.
}
card-playlist-exported = Here is { $name }. Its text can be imported again with `/playlist import`, or as a file over REST.
card-playlist-empty = There is nothing in { $name }. Add something with `/playlist add`.
card-playlist = { $count ->
    [one] { $name }: one song, { $length }
   *[other] { $name }: { $count } songs, { $length }
}
card-playlists = Playlists
card-playlists-none = There are no playlists yet. Make one with `/playlist create` or `/playlist save`.
card-playlists-line = { $whose ->
    [server] { $name } · { $count }, { $length } · of this server
    [shared] { $name } · { $count }, { $length } · by { $user }
   *[other] { $name } · { $count }, { $length }
}
card-liked = { $title } is one of your favourites now. Play them with `/playlist play`.
card-liked-already = { $title } is one of your favourites already.
choice-playlist = { $whose ->
    [server] { $name } ({ $count }, this server's)
    [shared] { $name } ({ $count }, shared)
   *[other] { $name } ({ $count })
}
form-playlist = Import into a playlist
form-playlist-name = Name of the playlist, old or new
form-playlist-text = One song per line, or the text of an export
error-playlist-not-found = I do not know that playlist.
    .way-out = Choose one of those that are shown while you type.
error-playlist-exists = There is a playlist of that name already.
    .way-out = Choose another name.
error-not-own-playlist = That playlist is somebody else's.
    .way-out = Keep what plays in one of your own with `/playlist save`.
error-too-many-playlists = That would be more than { $limit } playlists.
    .way-out = Delete one with `/playlist delete` first.
error-playlist-full = A playlist has at most { $limit } songs.
    .way-out = Take some out with `/playlist remove`, or begin another one.
error-playlist-empty = There is nothing in that playlist.
    .way-out = Add something with `/playlist add`.
error-favorites-fixed = Favourites keep their name.
    .way-out = Make a playlist of your own with `/playlist create`.
error-import-unreadable = I find no songs in that.
    .way-out = Write one song per line, or paste the whole text of an export.
error-too-many-shares = That playlist is shared with { $limit } already.
    .way-out = Take one of them back with `/playlist unshare` first.
error-playlist-item-not-found = That song is not in the playlist any more.
    .way-out = See what is with `/playlist show`.

# Personal things, and what is switched off

error-feature-off = This command is switched off here.
    .way-out = Ask whoever runs the bot to switch it on.

command-preferences = preferences
    .description = Show what you chose for yourself, or choose otherwise
    .language = language
    .language-description = The language I answer you in
    .language-any = The one of your Discord
    .language-en = English
    .language-de = Deutsch
    .language-es = Español
    .language-ja = 日本語
    .private = private
    .private-description = Whether only you see my answers to your commands
    .source = source
    .source-description = Where I look for the words you type
    .source-any = Everywhere
    .source-local = The music folder
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .history = history
    .history-description = Whether I offer what you listened to, and count it in statistics
command-privacy = privacy
    .description = See, take or delete what I keep about you
command-privacy-show = show
    .description = Show what I keep about you
command-privacy-export = export
    .description = Give you what I keep about you as a file
command-privacy-delete = delete
    .description = Delete what I keep about you, in all servers
card-preferences = Your preferences
card-preferences-language = { $language ->
    [en] Language: English
    [de] Language: Deutsch
    [es] Language: Español
    [ja] Language: 日本語
   *[any] Language: the one of your Discord
}
card-preferences-private = { $mode ->
    [on] Answers to your commands: only you see them
   *[off] Answers to your commands: everybody sees them
}
card-preferences-source = { $source ->
    [local] Searches: the music folder
    [youtube] Searches: YouTube
    [soundcloud] Searches: SoundCloud
    [bandcamp] Searches: Bandcamp
    [spotify] Searches: Spotify
    [applemusic] Searches: Apple Music
    [deezer] Searches: Deezer
   *[any] Searches: everywhere
}
card-preferences-history = { $mode ->
    [on] What you listened to: offered to you, and counted in statistics
   *[off] What you listened to: neither offered nor counted
}
card-privacy = What I keep about you
card-privacy-kept = { $kind ->
    [playing] Tracks of yours that play now: { $count }
    [queue] Tracks of yours in queues: { $count }
    [removed] Tracks of yours that were removed from queues: { $count }
    [history] Tracks of yours that were played: { $count }
    [edit] Changes of queues that can be taken back: { $count }
    [vote] Votes: { $count }
    [listening] Voice channels you listen in: { $count }
    [dj] Servers where you are the DJ now: { $count }
    [preferences] Preferences: { $count }
    [token] Tokens for programs: { $count }
    [guild_settings] Servers whose settings you changed last: { $count }
    [job] Imports and other work: { $count }
    [panel] Panels that say what you did last: { $count }
    [playlist] Playlists: { $count }
    [playlist_share] Playlists that are shared with you: { $count }
    [change] Changes of settings: { $count }
    [played] Songs that were played for you: { $count }
    [schedule] Schedules you made: { $count }
    [lastfm] Accounts at last.fm: { $count }
    [scrobble] Tracks that last.fm is still to be told: { $count }
   *[other] Other things: { $count }
}
card-privacy-more = There is more than fits into one file.
card-privacy-ways = Take it with `/privacy export`, or delete it with `/privacy delete`.
card-privacy-nothing = I keep nothing about you.
card-privacy-exported = This is what I keep about you.
card-privacy-delete = Delete what I keep about you, in all servers? What you added to queues plays on without your name. This cannot be taken back.
card-privacy-deleted = I have deleted what I kept about you.
card-privacy-deleting = I am deleting what I kept about you. A part of me is away and will do so as soon as it is back.
button-forget = Delete everything

# Lyrics that follow the song
card-lyrics-sung = ▶ **{ $line }**
card-lyrics-pause = ♪
card-lyrics-over = *This song is over.*
button-lyrics-follow = Follow the song
button-lyrics-stop = Stop following

# Pages of the queue
card-queue-page = Page { $page } of { $pages }
button-page = Page …
form-page = Go to a page
form-page-number = Page, from 1 to { $pages }
error-page-not-found = There is no such page.
    .way-out = { $pages ->
        [one] There is only one page.
       *[other] Choose one from 1 to { $pages }.
    }

# Votes and the order of buttons

setting-vote_shares = Votes on other things
    .description = What listeners vote on beside a skip, each with the share of them that has to want it. DJs need no votes. Only DJs may clear and shuffle the queue where nobody votes on it; with 0%, every listener may.
    .none = nothing
    .pause = Pause
    .resume = Resume
    .stop = Stop
    .leave = Send away
    .previous = Previous
    .replay = Replay
    .queue_clear = Clear queue
    .queue_shuffle = Shuffle queue
setting-panel_buttons = Buttons of the player
    .description = The buttons below what plays, in their order, five in a row.
    .none = all
    .previous = Previous
    .pause = Pause
    .skip = Skip
    .stop = Stop
    .favorite = Favorite
    .shuffle = Shuffle
    .loop = Loop
    .autoplay = Autoplay
    .lyrics = Lyrics
    .queue = Queue
setting-share = { $name } { $value }%

# Channels where people just type what they want to hear.

setting-request_channel_id = Request channel
    .description = The channel where people just type the name of a song, paste a link or upload a file. The player is shown there, and what was typed is removed after ten seconds.
    .none = none
setting-max_songs_per_message = Songs per message
    .description = How many songs a message in the request channel may ask for, each in a line of its own.
card-request-invitation = Nothing plays. Type the name of a song in { $channel }, paste a link or upload a file: I play it in your voice channel.
card-request-taken = { $count ->
    [one] { $place ->
        [0] Plays now: { $title }
       *[other] Number { $place } in the queue: { $title }
    }
   *[other] { $place ->
        [0] Added { $count } tracks, this plays now: { $title }
       *[other] Added { $count } tracks, this is number { $place } in the queue: { $title }
    }
}
card-request-more = { $count ->
    [one] One more was added.
   *[other] { $count } more were added.
}
card-request-missed = { $count ->
    [one] Not played: { $songs }
   *[other] { $count } were not played: { $songs }
}
card-request-unread = { $count ->
    [one] One line was too many for one message. Send it in another one.
   *[other] { $count } lines were too many for one message. Send them in another one.
}
card-request-missing = { $lack ->
    [content] I no longer see what is typed here. Let whoever runs me turn on the Message Content Intent under Bot in Discord's developer portal, and mention me until then.
   *[deleting] I cannot remove what others type here. Let my role manage messages in this channel, and I keep it tidy.
}
error-content-intent-missing = Discord does not tell me what people type in this server.
    .way-out = Ask whoever runs the bot to turn on the Message Content Intent under Bot in Discord's developer portal. Until then, mention me and say what to play.

# The DJ of a session.

command-dj = dj
    .description = See who is the DJ of this session, or make somebody else the DJ
    .person = person
    .person-description = Who is to be the DJ; they have to listen
card-dj = { $user } is the DJ.
card-dj-now = { $user } is the DJ now. Hand it on with `/dj`.
card-dj-nobody = Nobody is the DJ of this session. Who manages the server lets sessions have one in `/settings`.
setting-session_dj = Session has a DJ
    .description = Whoever brings me into voice may do what a DJ may, until they hand it on with `/dj` or leave.
way-out-dj = Ask { $dj }, who is the DJ now.
error-session-dj-off = This server has no DJ for each session.
    .way-out = Ask somebody who manages the server to turn that on in `/settings`.
error-listener-needed = Only somebody else who listens can be the DJ.
    .way-out = Choose somebody in my voice channel.
error-already-dj = That is the DJ already.
    .way-out = Choose somebody else, or see who it is with `/dj`.

# Files that people upload

error-file-too-large = That file is larger than what I read.
    .way-out = Upload one of at most { $limit } MB.
error-file-unreachable = I cannot get that file from Discord.
    .way-out = Upload it again.

# Autoplay from a playlist.

card-autoplay-playlist = When the queue is empty, I go on with { $name }.
card-playlist-gone = The playlist I went on with is gone, or is not shared with this server any more. Choose another one with `/autoplay`.
choice-fitting = No playlist: whatever fits
error-playlist-not-shared = That playlist is not one of this server.
    .way-out = Share it with the server first, with `/playlist share`.

# How fast and how high it plays

command-filter-speed = speed
    .description = Choose how fast and how high it plays, in place of all filters
    .percent = percent
    .percent-description = How fast, 25 to 400; 100 is as usual
    .pitch = pitch
    .pitch-description = How high, 25 to 400; without this, as usual

# What one heard, again; an equalizer; the playlist of autoplay among the settings

card-own-history = Played for you
card-own-history-empty = Nothing was played for you here yet. Start something with `/play`.
card-history-again = Play again
card-history-off = You do not want me to offer what you listened to. Let me do so again with `/preferences`.
command-filter-equalizer = equalizer
    .description = Choose how loud the bass, the middle and the treble are, in place of all filters
    .bass = bass
    .bass-description = In decibels, -12 to 12; without this, as usual
    .middle = middle
    .middle-description = In decibels, -12 to 12; without this, as usual
    .treble = treble
    .treble-description = In decibels, -12 to 12; without this, as usual
setting-autoplay_playlist_id = Autoplay playlist
    .description = The playlist of this server that I go on with when the queue is empty and autoplay is on.
    .none = none, whatever fits
setting-playlist-gone = a playlist that is gone
card-settings-no-playlists = This server has no playlist to choose yet. Make one with `/playlist create`, or share one with `/playlist share`.
command-sort = sort
    .description = Put the queue in an order
    .by = by
    .by-description = What comes first
    .by-title = Titles by the alphabet
    .by-length = The shortest
    .by-requester = Each person's tracks together
    .by-reverse = What comes last now
card-sorted = Sorted the queue. See the new order with `/queue`.

# An account at last.fm

command-lastfm = lastfm
    .description = Let last.fm know what you hear
command-lastfm-link = link
    .description = Link your account at last.fm, or see which one is linked
command-lastfm-unlink = unlink
    .description = Let me forget your account at last.fm
card-lastfm-asking = Allow me at last.fm to add what you hear, then come back and say so here.
card-lastfm-told = What I tell it: each track that ends while you are in my voice channel, if it is longer than 30 seconds and was played for half of it or for four minutes.
card-lastfm-linked = Your account at last.fm is { $name }, linked on { $when }.
card-lastfm-unlinked = I have forgotten your account { $name } and tell last.fm nothing any more.
card-lastfm-none = You have linked no account at last.fm. You can do so with `/lastfm link`.
button-lastfm-open = Open last.fm
button-lastfm-finish = I have allowed it
button-lastfm-link = Link another one
button-lastfm-unlink = Unlink
error-lastfm-off = Nobody has set up last.fm for this bot.
    .way-out = Ask whoever runs the bot to set `LASTFM_API_KEY` and `LASTFM_SHARED_SECRET`.
error-lastfm-not-allowed = You have not allowed it at last.fm yet.
    .way-out = Allow it there and press the button again; after an hour, begin anew with `/lastfm link`.
