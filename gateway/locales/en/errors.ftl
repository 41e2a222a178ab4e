# One sentence and one way out for each reason of the contract.

error-internal = Something unexpected went wrong.
    .way-out = Try again; if it stays, give the reference to whoever runs the bot.
error-invalid-argument = { $field ->
    [position] That is not a position in a track.
    [query] That is too long to search for.
    [item] That is not a track of the queue.
    [before] That is not a track of the queue.
    [to] That is not a track of the queue.
   *[other] Something in that is not valid.
}
    .way-out = { $field ->
    [position] Write it as `90`, `1:30` or `1:02:03`.
    [query] Use fewer words.
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
    [DJ] Ask for a role named DJ.
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
error-load-failed = I cannot read that.
    .way-out = Try another address, or search by title.
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
error-version-stale = The queue changed meanwhile.
    .way-out = Look at it with `/queue` and try again.
error-job-not-found = I do not know that job.
    .way-out = Look at the list of jobs.
