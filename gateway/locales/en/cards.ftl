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
    [UndoQueueEdit] { $user } took an edit of the queue back.
    [UpdatePlayer] { $user } changed how it plays.
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
