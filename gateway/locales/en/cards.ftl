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
card-skipped = Skipped { $title }.
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
card-refused = { $sentence } { $way } (`{ $ref }`)

button-pause = Pause
button-resume = Resume
button-skip = Skip
