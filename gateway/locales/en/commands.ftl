# Commands as Discord lists them. A command's name and its options' names are what people type.

command-play = play
    .description = Play a song, or add it to the queue
    .query = query
    .query-description = A title, an artist, or an address
command-pause = pause
    .description = Pause the music
command-resume = resume
    .description = Go on with the paused music
command-skip = skip
    .description = Go on to the next track
command-stop = stop
    .description = Stop the music and clear the queue
command-seek = seek
    .description = Move to a position of the track
    .position = position
    .position-description = Where to, as 90, 1:30 or 1:02:03
command-nowplaying = nowplaying
    .description = Show what is playing
command-queue = queue
    .description = Show what is coming up
command-join = join
    .description = Bring the bot into your voice channel
command-leave = leave
    .description = Stop the music and send the bot away
