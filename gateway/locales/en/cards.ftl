# Answers. Titles and names come escaped.

live = live

card-playing = Playing
card-paused = Paused
card-added = { $count ->
    [one] { $place ->
        [1] Plays next
       *[other] Number { $place } in the queue
    }
   *[other] Added { $count } tracks, the first is number { $place } in the queue
}
card-ends = Ends { $when }
card-position = At { $position } of { $length }
card-requested-by = Asked for by { $user }
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
    [JoinChannel] { $user } brought me here.
    [JumpToQueueItem] { $user } jumped to this track.
    [LeaveChannel] { $user } sent me away.
    [MoveQueueItem] { $user } moved a track of the queue.
    [Pause] { $user } paused.
    [Play] { $user } asked for music.
    [RemoveQueueItem] { $user } removed a track from the queue.
    [RemoveQueueItems] { $user } removed tracks from the queue.
    [Replay] { $user } started the track again.
    [Resume] { $user } resumed.
    [ReverseQueue] { $user } turned the queue around.
    [Seek] { $user } moved within the track.
    [ShuffleQueue] { $user } shuffled the queue.
    [Skip] { $user } asked for the next track.
    [SortQueue] { $user } sorted the queue.
    [Stop] { $user } stopped the music.
    [SwapQueueItems] { $user } swapped two tracks of the queue.
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
card-moved = Moved the track. See the new order with `/queue`.
card-shuffled = Shuffled the queue. See the new order with `/queue`.
card-cleared = { $count ->
    [one] Removed one track from the queue.
   *[other] Removed { $count } tracks from the queue.
}
card-history = Played before
card-history-empty = Nothing was played yet. Start something with `/play`.
card-history-line = { $reason ->
    [SKIPPED] { $track }, skipped { $when }
    [STOPPED] { $track }, stopped { $when }
    [FAILED] { $track }, could not be played { $when }
    [VOICE_LOST] { $track }, ended with the voice connection { $when }
   *[other] { $track }, { $when }
}
card-refused = { $sentence } { $way } (`{ $ref }`)

button-pause = Pause
button-resume = Resume
button-skip = Skip
button-first = First page
button-more = More
choice-item = { $place }. { $track }
