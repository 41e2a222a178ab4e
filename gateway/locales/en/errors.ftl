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
    [item] That is not a track of the queue.
    [before] That is not a track of the queue.
    [to] That is not a track of the queue.
   *[other] Something in that is not valid.
}
    .way-out = { $field ->
    [position] Write it as `90`, `1:30` or `1:02:03`, or as `+30` or `-15` to go on or back.
    [offset] Write it as `+30` or `-15`.
    [item_ids] Choose a track, a person, duplicates or what people added who have left.
    [loop_count] Choose the track, or leave the times out.
    [query] Use fewer words.
    [lines] Write one song per line, each in at most 200 characters.
    [item] Choose one of those that are shown while you type.
    [before] Choose one of those that are shown while you type.
    [to] Choose one of those that are shown while you type.
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
error-already-voted = You have voted to skip this already.
    .way-out = { $missing ->
    [one] One more person has to use `/skip`.
   *[other] { $missing } more people have to use `/skip`.
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
