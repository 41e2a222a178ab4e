# Commands as Discord lists them. A command's name and its options' names are what people type.

command-play = 再生
    .description = 曲を再生するか、キューに追加します
    .query = 検索
    .query-description = 曲名、アーティスト、またはURL
    .placement = 位置
    .placement-description = 追加する位置。指定しないとキューの最後
    .placement-end = 最後
    .placement-next = 次
    .placement-now = 今すぐ(再生中の曲はその後に続きます)
    .source = 検索先
    .source-description = 検索する場所。指定しないと個人設定に従います
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .source-local = 音楽フォルダー
command-pause = 一時停止
    .description = 音楽を一時停止します
command-resume = 再開
    .description = 一時停止した音楽を再開します
command-skip = スキップ
    .description = 次の曲、またはキューの曲に進みます
    .to = 曲
    .to-description = 次に再生するキューの曲。その前の曲はスキップされます
command-previous = 前の曲
    .description = 前の曲に戻ります
command-stop = 停止
    .description = 音楽を停止して、キューを空にします
command-seek = シーク
    .description = 曲の再生位置を変えます
    .position = 位置
    .position-description = 90、1:30、1:02:03のような位置、または+30、-15のような移動量
command-replay = 最初から
    .description = 曲を最初から再生します
command-nowplaying = 再生中
    .description = 再生中の曲を表示します
command-lyrics = 歌詞
    .description = 再生中の曲の歌詞を表示します
command-queue = キュー
    .description = これから再生する曲を表示します
command-history = 履歴
    .description = これまでに再生した曲を表示します。もう一度再生できます
    .mine = 自分
    .mine-description = 自分のリクエストで再生された曲だけを表示するかどうか
command-remove = 削除
    .description = キューから曲を、または条件に合う曲をすべて削除します
    .item = 曲
    .item-description = 削除する曲
    .to = ここまで
    .to-description = その曲からこの曲までをすべて削除します。その曲を指定しないと、キューの先頭から
    .member = メンバー
    .member-description = このメンバーが追加した曲を削除します
    .duplicates = 重複
    .duplicates-description = キューの前の方にある曲や再生中の曲と同じものを削除します
    .absent = 退出者
    .absent-description = ボイスチャンネルを退出した人が追加した曲を削除します
    .words = 語句
    .words-description = 題名かアーティスト名にこれらの語句をすべて含む曲を削除します
command-move = 移動
    .description = キューの曲を移動します
    .item = 曲
    .item-description = 移動する曲
    .before = 次の曲
    .before-description = この曲の前に移動します。指定しないと最後に移動します
command-shuffle = シャッフル
    .description = キューをシャッフルします
    .keep = 順番維持
    .keep-description = メンバーごとの曲の順番をそのままにするかどうか
command-clear = クリア
    .description = キューの曲をすべて削除します。再生中の曲は続きます
command-undo = 元に戻す
    .description = キューの最後の変更を元に戻します
command-redo = やり直す
    .description = 最後に元に戻した変更をやり直します
command-loop = リピート
    .description = 曲が終わった後に何を再生するかを選びます
    .mode = モード
    .mode-description = リピートするもの
    .mode-off = なし
    .mode-track = この曲
    .mode-queue = キュー
    .times = 回数
    .times-description = この曲をあと何回再生するか。指定しないと解除するまで
command-volume = 音量
    .description = 音量を変えます
    .percent = パーセント
    .percent-description = 0から200までの音量。通常は100
command-filter = フィルター
    .description = 音を変えます
command-filter-preset = プリセット
    .description = すべてのフィルターの代わりに音を選びます
    .name = 名前
    .name-description = 音の種類
    .name-off = オフ
    .name-bass_boost = 低音ブースト
    .name-treble_boost = 高音ブースト
    .name-nightcore = ナイトコア
    .name-vaporwave = ヴェイパーウェイヴ
    .name-eight_d = 8D
    .name-karaoke = カラオケ
    .name-soft = ソフト
    .name-tremolo = トレモロ
    .name-vibrato = ビブラート
command-filter-use = 使用
    .description = 保存したフィルターを、すべてのフィルターの代わりに使います
    .name = 名前
    .name-description = 保存したときの名前
command-filter-save = 保存
    .description = フィルターに名前を付けて、みんなのために保存します
    .name = 名前
    .name-description = 付ける名前。同じ名前があれば置き換えます
command-filter-delete = 削除
    .description = 保存したフィルターを削除します
    .name = 名前
    .name-description = 保存したときの名前
command-autoplay = 自動再生
    .description = キューが空になっても音楽を続けるかを選びます
    .mode = モード
    .mode-description = 続けるかどうか
    .mode-on = オン
    .mode-off = オフ
    .playlist = プレイリスト
    .playlist-description = 今後、キューが空になったら続けて再生する、このサーバーのプレイリスト。サーバーを管理する人だけが選べます
command-import = インポート
    .description = リストを貼り付けて、たくさんの曲を一度に追加します
    .placement = 位置
    .placement-description = 追加する位置。指定しないとキューの最後
    .placement-end = 最後
    .placement-next = 次
command-join = 参加
    .description = あなたのボイスチャンネルにボットを呼びます
command-leave = 退出
    .description = 音楽を停止して、ボットを退出させます

# Answers. Titles and names come escaped.

live = ライブ
somebody = 誰か
autoplay = 自動再生
filter = { $name ->
    [BASS_BOOST] 低音ブースト
    [TREBLE_BOOST] 高音ブースト
    [NIGHTCORE] ナイトコア
    [VAPORWAVE] ヴェイパーウェイヴ
    [EIGHT_D] 8D
    [SOFT] ソフト
    [KARAOKE] カラオケ
    [TREMOLO] トレモロ
    [VIBRATO] ビブラート
    [EQUALIZER] イコライザー
    [TIMESCALE] 速度とピッチ
    [ROTATION] ローテーション
    [DISTORTION] ディストーション
    [CHANNEL_MIX] チャンネルミックス
    [LOW_PASS] ローパス
   *[other] その他
}
queue-edit = { $kind ->
    [ADDED] { $count }曲を追加
    [REMOVED] { $count }曲を削除
    [MOVED] 曲を移動
    [SWAPPED] 2曲を入れ替え
    [REPLACED] 曲を差し替え
    [REORDERED] { $count }曲を並べ替え
   *[other] 変更
}

card-playing = 再生中
card-paused = 一時停止中
card-added = { $count ->
    [1] { $place ->
        [1] 次に再生します
       *[other] キューの{ $place }番目
    }
   *[other] { $count }曲を追加しました。最初の曲はキューの{ $place }番目です
}
card-starts = あと{ $length }で再生
card-left-out = { $count }曲は、このサーバーの設定により追加されませんでした。
card-ends = 終了: { $when }
card-position = { $position } / { $length }
card-requested-by = リクエスト: { $user }
card-picked = { $reason ->
    [SAME_ARTIST] { $because } と同じアーティストから選曲
    [HISTORY] ここで以前に再生された曲から選曲
    [FAVORITE] ここの誰かのお気に入りから選曲
    [PLAYLIST] このサーバーのプレイリストから選曲
   *[other] { $because } をもとに選曲
}
card-votes = { $listeners }人中{ $count }人がスキップに投票
card-loop = { $mode ->
    [TRACK] { $count ->
        [0] この曲をリピートします。
       *[other] この曲をあと{ $count }回リピートします。
    }
    [QUEUE] キューをリピートします。
   *[other] リピートはオフです。
}
card-volume = 音量は{ $percent }%です。
card-filters = フィルター: { $names }。
card-filters-none = フィルターはありません。
card-filters-saved = フィルターを { $name } として保存しました。`/フィルター 使用` で使えます。
card-filters-deleted = { $name } を削除しました。再生中の音はそのままです。
card-autoplay-on = キューが空になったら、自動で曲を選んで続けます。
card-autoplay-off = キューが空になったら、停止します。
card-waiting = { $count }曲が待機中、{ $length }
card-nothing-next = キューは空です。`/再生` で曲を追加してください。
card-over = 音楽が終わりました。`/再生` で曲を再生してください。
card-moved-on = プレーヤーは新しいメッセージに移りました。
card-deed = { $method ->
    [AddQueueItems] { $user } がキューに曲を追加しました。
    [ClearQueue] { $user } がキューを空にしました。
    [DeleteSavedFilters] { $user } が保存したフィルターを削除しました。
    [JoinChannel] { $user } が私を呼びました。
    [JumpToQueueItem] { $user } がこの曲に進みました。
    [LeaveChannel] { $user } が私を退出させました。
    [MoveQueueItem] { $user } がキューの曲を移動しました。
    [Pause] { $user } が一時停止しました。
    [Play] { $user } が曲をリクエストしました。
    [Previous] { $user } が前の曲に戻りました。
    [RedoQueueEdit] { $user } がキューの変更をやり直しました。
    [RemoveQueueItem] { $user } がキューから1曲を削除しました。
    [RemoveQueueItems] { $user } がキューから曲を削除しました。
    [ReplaceQueueItem] { $user } が間違った曲を差し替えました。
    [Replay] { $user } が曲を最初から再生しました。
    [Resume] { $user } が再開しました。
    [ReverseQueue] { $user } がキューを逆順にしました。
    [SaveFilters] { $user } がフィルターを保存しました。
    [Seek] { $user } が再生位置を変えました。
    [ShuffleQueue] { $user } がキューをシャッフルしました。
    [Skip] { $user } が次の曲をリクエストしました。
    [SortQueue] { $user } がキューを並べ替えました。
    [Stop] { $user } が音楽を停止しました。
    [SwapQueueItems] { $user } がキューの2曲を入れ替えました。
    [TransferDj] { $user } がDJを選びました。
    [UndoQueueEdit] { $user } がキューの変更を元に戻しました。
    [UpdatePlayer] { $user } が再生の設定を変えました。
    [Vote] { $user } が投票しました。
   *[other] { $user } が何かを変えました。
}
card-skipped = { $title } をスキップしました。
card-voted = スキップに投票しました。あと{ $count }票必要です。
card-sought = { $position } に移動しました。
card-stopped = 停止して、キューを空にしました。
card-joined = { $channel } に参加しました。`/再生` で曲を再生してください。
card-left = 停止して、ボイスチャンネルを退出しました。
card-queue = { $count ->
    [0] キュー
   *[other] キュー: { $count }曲、{ $length }
}
card-queue-empty = キューは空です。`/再生` で曲を追加してください。
card-queue-current = ▶️ { $track }
card-queue-line = { $place }. { $track }
card-queue-more = … ほか{ $count }曲
card-removed = { $title } をキューから削除しました。
card-candidates = どの曲ですか?間違った曲と差し替えます。
card-candidates-choose = 正しい曲を選んでください
card-candidates-none = ほかに似た曲が見つかりませんでした。`/再生` で探してください。
card-replaced = { $title } に差し替えました。
card-moved = 曲を移動しました。新しい順番は `/キュー` で見られます。
card-shuffled = キューをシャッフルしました。新しい順番は `/キュー` で見られます。
card-undone = 元に戻しました({ $user }: { $what })。`/やり直す` でやり直せます。
card-redone = やり直しました({ $user }: { $what })。`/元に戻す` で元に戻せます。
card-cleared = キューから{ $count }曲を削除しました。
card-lyrics = 歌詞
card-lyrics-from = 歌詞: { $provider }
card-history = 再生履歴
card-history-empty = まだ何も再生されていません。`/再生` で曲を再生してください。
card-history-line = { $reason ->
    [SKIPPED] { $track }、スキップ { $when }
    [STOPPED] { $track }、停止 { $when }
    [FAILED] { $track }、再生失敗 { $when }
    [VOICE_LOST] { $track }、ボイス接続の切断 { $when }
   *[other] { $track }、{ $when }
}
card-import = { $state ->
    [SUCCEEDED] { $total }曲中{ $added }曲を追加しました。
    [CANCELLED] キャンセルしました。{ $total }曲中{ $added }曲を追加しました。`/元に戻す` で取り消せます。
    [FAILED] 中断しました。{ $total }曲中{ $added }曲を追加しました。
   *[other] { $total }曲中{ $done }曲を検索し、{ $added }曲を追加しました。
}
card-import-missed = 見つかりませんでした({ $count }曲):
card-refused = { $why } (`{ $ref }`)

button-pause = 一時停止
button-resume = 再開
button-skip = スキップ
button-wrong = 違う曲?
button-first = 最初のページ
button-more = もっと見る
button-cancel = キャンセル
form-import = 曲をインポート
form-import-lines = 1行に1曲
form-import-example = 曲名とアーティスト、またはURL
choice-item = { $place }. { $track }

# One sentence and one way out for each reason of the contract.

error-internal = 予期しない問題が起きました。
    .way-out = もう一度お試しください。続く場合は、参照番号をボットの運営者に伝えてください。
error-invalid-argument = { $field ->
    [position] それは曲の再生位置ではありません。
    [offset] それはどの曲よりも長いです。
    [item_ids] 何を削除するかが指定されていません。
    [loop_count] 回数を指定できるのは曲のリピートだけです。
    [query] 検索するには長すぎます。
    [lines] それは曲のリストではありません。
    [values] ドメインではないものがあります。
    [item] それはキューの曲ではありません。
    [before] それはキューの曲ではありません。
    [to] それはキューの曲ではありません。
    [setting] { $kind ->
        [number] それは{ $least }から{ $most }までの数ではありません。
        [length] それは{ $least }秒から{ $most }秒までの長さではありません。
        [text] 長すぎます。
        [lines] 長すぎます。
        [order] ボタンの名前ではない行か、重複している行があります。
        [shares] 割合として読み取れない行があります。
        [too-long] そのリストはDiscordで変更するには長すぎます。
       *[other] それはもう選べません。
    }
    [time_of_day] それは時刻ではありません。
    [text] 毎日のメッセージには本文が必要です。
    [schedule_id] それはスケジュールではありません。
    [name] その名前は使えません。
   *[other] 正しくない値があります。
}
    .way-out = { $field ->
    [position] `90`、`1:30`、`1:02:03`、または前後に移動する `+30` や `-15` のように入力してください。
    [offset] `+30` や `-15` のように入力してください。
    [item_ids] 曲、連続した曲、メンバー、重複、退出した人の曲、語句のどれかを選んでください。
    [loop_count] 曲を選ぶか、回数を省いてください。
    [query] もっと短い言葉にしてください。
    [lines] 1行に1曲ずつ、それぞれ200文字以内で入力してください。
    [values] `example.org` のように、1行に1つずつ入力してください。
    [item] 入力中に表示される曲から選ぶか、その番号を入力してください。
    [before] 入力中に表示される曲から選ぶか、その番号を入力してください。
    [to] 入力中に表示される曲から選ぶか、その番号を入力してください。
    [setting] { $kind ->
        [number] 数字で入力してください。
        [length] `90`、`1:30`、`1:02:03` のように入力してください。
        [text] { $most }文字以内で入力してください。
        [lines] { $lines }行以内、それぞれ{ $most }文字以内で入力してください。
        [order] 1行に1つずつ入力してください。使える名前: { $words }。
        [shares] コロンの後に{ $least }から{ $most }までの数を入力するか、空欄にしてください。使える名前: { $words }。
        [too-long] REST APIで変更するか、デフォルトに戻してください。
       *[other] もう一度 `/設定` を開いてください。
    }
    [time_of_day] `09:30` や `21:00` のように入力してください。
    [text] 本文を入力するか、今日の曲を選んでください。
    [schedule_id] 入力中に表示されるものから選んでください。
    [name] もっと短い、1行の名前にしてください。
   *[other] 直してからもう一度お試しください。
}
error-unknown-method = ボットの各部分のバージョンが合っていません。
    .way-out = ボットの運営者に、すべての更新を頼んでください。
error-unauthenticated = あなたが誰か確認できません。
    .way-out = もう一度サインインしてください。
error-caller-refused = ボットの内部で許可されていない呼び出しがありました。
    .way-out = 参照番号をボットの運営者に伝えてください。
error-scope-missing = あなたのトークンではできません。
    .way-out = 必要なスコープを持つトークンを使ってください。
error-level-too-low = { $required ->
    [LISTENER] 聴いている人だけができます。
    [DJ] DJだけができます。
    [MANAGER] サーバーを管理する人だけができます。
    [OWNER] サーバーのオーナーだけができます。
    [OPERATOR] ボットの運営者だけができます。
   *[other] ここではできません。
}
    .way-out = { $required ->
    [LISTENER] まずボットのボイスチャンネルに参加してください。
    [DJ] このサーバーのDJロールをもらってください。
   *[other] できる人に頼んでください。
}
error-guild-not-found = このサーバーが分かりません。
    .way-out = もう一度招待してください。
error-request-id-reused = 同じリクエストが別の内容で送られています。
    .way-out = もう一度お試しください。
error-rate-limited = 一度に操作しすぎです。
    .way-out = { $seconds }秒後にもう一度お試しください。
error-unavailable = ボットの一部が今は使えないため、何も変更されていません。
    .way-out = 数秒後にもう一度お試しください。
error-deadline-exceeded = 時間がかかりすぎました。
    .way-out = `/再生中` で結果を確かめるか、もう一度お試しください。
error-body-too-large = 一度に受け取れる量を超えています。
    .way-out = 量を減らしてください。
error-page-token-invalid = そのページはもうありません。
    .way-out = 最初のページからご覧ください。
error-not-in-voice = ボイスチャンネルに参加していません。
    .way-out = 参加してからもう一度お試しください。
error-foreign-voice-channel = それはあなたのボイスチャンネルではありません。
    .way-out = ボットのボイスチャンネルに参加するか、自分のチャンネルを指定してください。
error-voice-channel-not-found = そのボイスチャンネルが見つかりません。
    .way-out = 別のチャンネルに参加してもう一度お試しください。
error-voice-channel-forbidden = そのボイスチャンネルに接続、または発言する権限がありません。
    .way-out = モデレーターに許可を頼むか、別のチャンネルに参加してください。
error-nothing-playing = 何も再生していません。
    .way-out = `/再生` で曲を再生してください。
error-already-paused = すでに一時停止しています。
    .way-out = `/再開` で再開できます。
error-not-paused = 一時停止していません。
    .way-out = `/一時停止` で一時停止できます。
error-not-seekable = この曲は再生位置を変えられません。
    .way-out = そのまま聴くか、`/スキップ` で次に進んでください。
error-seek-out-of-range = 曲の長さを超えています。
    .way-out = 曲の長さは `/再生中` で見られます。
error-no-match = 何も見つかりませんでした。
    .way-out = 別の言葉かURLをお試しください。
error-load-failed = { $source ->
    [spotify] そのSpotifyのリンクを読み込めません。
    [applemusic] そのApple Musicのリンクを読み込めません。
    [deezer] そのDeezerのリンクを読み込めません。
   *[other] それを読み込めません。
}
    .way-out = { $source ->
    [spotify] 曲名とアーティストで検索してください。
    [applemusic] 曲名とアーティストで検索してください。
    [deezer] 曲名とアーティストで検索してください。
   *[other] 別のURLをお試しになるか、曲名で検索してください。
}
error-handle-invalid = その曲の情報はもうありません。
    .way-out = もう一度検索してください。
error-item-not-found = その曲はもうありません。
    .way-out = 今ある曲は `/キュー` で見られます。
error-queue-full = キューがいっぱいです。
    .way-out = 何曲か再生されるまでお待ちください。
error-no-node = 今は音を出せません。
    .way-out = 数秒後にもう一度お試しください。
error-not-own-item = それはほかの人が追加した曲です。
    .way-out = その人かDJに頼んでください。
error-not-connected = ボイスチャンネルに参加していません。
    .way-out = `/参加` で私を呼んでください。
error-queue-empty = キューはすでに空です。
    .way-out = `/再生` で曲を追加してください。
error-nothing-to-play = 再生できるものがありません。
    .way-out = 曲名、アーティスト、またはURLを入力してください。
error-version-stale = { $what ->
    [settings] その間に設定が変わりました。
   *[other] その間にキューが変わりました。
}
    .way-out = { $what ->
    [settings] 確認してからもう一度お試しください。
   *[other] `/キュー` で確認してからもう一度お試しください。
}
error-nothing-before = これより前に再生した曲はありません。
    .way-out = これまでの曲は `/履歴` で見られます。
error-nothing-to-undo = 元に戻すものがありません。
    .way-out = 今ある曲は `/キュー` で見られます。
error-nothing-to-redo = やり直すものがありません。
    .way-out = まず `/元に戻す` で元に戻してください。
error-quota-reached = このサーバーでは、1人がキューに入れられるのは{ $limit }曲までです。
    .way-out = 自分の曲が再生されるのを待つか、DJに頼んでください。
error-track-too-long = その曲は、このサーバーで許可された長さを超えています。
    .way-out = もっと短い曲を選んでください。
error-stream-unwelcome = このサーバーではライブ配信を再生できません。
    .way-out = 終わりのある曲を選んでください。
error-duplicate-unwelcome = それはすでにキューにあります。
    .way-out = 別の曲を選んでください。
error-already-voted = すでに投票しています。
    .way-out = あと{ $missing }人の投票が必要です。
error-votes-needed = ほかの人も聴いています。
    .way-out = `/スキップ` で投票してください。
error-nothing-to-save = フィルターが設定されていません。
    .way-out = まず `/フィルター` で設定してください。
error-too-many-saved = このサーバーには保存したフィルターがすでに{ $limit }個あります。
    .way-out = まずどれかを削除してください。
error-saved-filters-not-found = その名前で保存されたものはありません。
    .way-out = 候補の名前から選んでください。
error-filters-unsupported = ここではそのように音を変えられません。
    .way-out = 別のフィルターを選んでください。
error-too-many-tracks = そのリストには{ $limit }曲を超える曲があります。
    .way-out = もっと短いリストを選んでください。
error-job-not-found = そのジョブが見つかりません。
    .way-out = ジョブの一覧をご覧ください。
error-source-failed = { $source ->
    [youtube] YouTubeが今は応答していません。
    [soundcloud] SoundCloudが今は応答していません。
    [bandcamp] Bandcampが今は応答していません。
    [spotify] Spotifyが今は応答していません。
    [applemusic] Apple Musicが今は応答していません。
    [deezer] Deezerが今は応答していません。
   *[other] そのソースが今は応答していません。
}
    .way-out = 別のソースを使うか、数分後にもう一度お試しください。
error-node-not-found = そのオーディオノードが見つかりません。
    .way-out = ノードの一覧をご覧ください。
error-node-exists = その名前のオーディオノードはすでにあります。
    .way-out = 別の名前にするか、先にそのノードを外してください。
error-node-configured = そのオーディオノードはLAVALINK_NODESで設定されているため、ここでは外せません。
    .way-out = ドレインしてから、LAVALINK_NODESから外してください。
error-node-too-old = そのオーディオノードは、暗号化された通話に必要なLavalink 4.2より古いです。
    .way-out = 更新してからもう一度お試しください。
error-node-password-default = そのオーディオノードは、誰でも知っているパスワードのままです。
    .way-out = ここと、そのapplication.ymlで別のパスワードにしてください。
error-node-unanswered = そのオーディオノードが応答しないか、パスワードが違います。
    .way-out = アドレスとパスワード、動いているかどうかを確認してください。
error-lyrics-not-found = この曲の歌詞が見つかりませんでした。
    .way-out = 別のバージョンの曲でお試しください。
error-not-supported = { $missing ->
    [lavalyrics-plugin] 歌詞を検索できるオーディオノードがありません。
    [sponsorblock-plugin] 区間をスキップできるオーディオノードがありません。
   *[other] それができるオーディオノードがありません。
}
    .way-out = ボットの運営者に、{ $missing ->
    [lavalyrics-plugin] LavaLyricsプラグインの追加を頼んでください。
    [sponsorblock-plugin] SponsorBlockプラグインの追加を頼んでください。
   *[other] 対応するノードの追加を頼んでください。
}
error-import-not-found = そのインポートはもうありません。
    .way-out = `/インポート` でもう一度始めてください。
error-import-ended = そのインポートはすでに終わっています。
    .way-out = 追加された曲は `/元に戻す` で取り消せます。
error-import-under-way = このサーバーではすでにインポート中です。
    .way-out = 終わるまで待つか、キャンセルしてください。
error-not-own-import = そのインポートはほかの人が始めました。
    .way-out = その人かDJに頼んでください。

# Asking for music

command-search = 検索
    .description = 音楽を検索して、再生する曲を選びます(複数可)
    .query = 検索
    .query-description = 曲名やアーティストの言葉
    .source = 検索先
    .source-description = 検索する場所。指定しないとすべて
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .source-local = 音楽フォルダー
    .placement = 位置
    .placement-description = 追加する位置。指定しないとキューの最後
    .placement-end = 最後
    .placement-next = 次
    .placement-now = 今すぐ
command-playfile = ファイル再生
    .description = アップロードしたファイルを再生します
    .file = ファイル
    .file-description = 曲のファイル
    .placement = 位置
    .placement-description = 追加する位置。指定しないとキューの最後
    .placement-end = 最後
    .placement-next = 次
    .placement-now = 今すぐ
menu-playthis = これを再生
command-help = ヘルプ
    .description = 私にできることの一覧を表示します
card-found = { $count }曲が見つかりました。
card-found-choose = 再生する曲を選んでください
card-found-none = 選べる曲が見つかりませんでした。`/再生` にURLを入力するか、別の言葉をお試しください。
card-help = 私にできること
card-help-line = **/{ $command }** — { $what }
# Settings of a server. `.none` is what zero, or nothing, means.

command-settings = 設定
    .description = このサーバーでのボットの動作を表示または変更します

setting-group-queue = キュー
setting-group-playback = 再生
setting-group-channel = ボイスチャンネル
setting-group-people = 投票とロール
setting-group-commands = コマンド
setting-group-blocks = ブロック
setting-group-appearance = 表示
setting-group-community = コミュニティ

setting-fair_queue = 公平なキュー
    .description = 追加した曲は、最後ではなく、ほかの人の曲と1曲ずつ交互に並びます。
setting-allow_duplicates = 重複
    .description = すでにキューにある曲も追加できます。
setting-allow_streams = ライブ配信
    .description = ライブ配信を追加できます。
setting-max_queue_length = キューの曲数
    .description = キューで待機できる曲数の上限。
setting-max_items_per_requester = 1人あたりの曲数
    .description = キューで待機できる1人あたりの曲数の上限。
    .none = 無制限
setting-max_track_length = 曲の最大の長さ
    .description = 追加できる曲の長さの上限。
    .none = 無制限
setting-loudness_levelling = 音量の均一化
    .description = 次の曲から、曲の音量をそろえます。
setting-skip_segments = 音楽以外をスキップ
    .description = YouTube動画のスポンサー、宣伝、トークをスキップします。
setting-crossfade = クロスフェード
    .description = 曲の終わりと次の曲の始まりを重ねる長さ。
    .none = オフ
setting-stay_connected = 接続を維持
    .description = 退出させられるまで、ボットはボイスチャンネルに残ります。
setting-empty_channel_timeout = 誰もいないときの待機
    .description = 全員が退出したボイスチャンネルにボットが残る時間。
    .none = すぐに退出
setting-vote_share_percent = スキップの投票
    .description = スキップに必要な、聴いている人の割合。DJに投票は必要ありません。
    .none = 投票は不要
setting-dj_role_id = DJロール
    .description = このロールのメンバーがDJになります。
    .none = 「DJ」という名前のロール

setting-lone_listener_is_dj = 1人ならDJ
    .description = 1人で聴いている人は、DJと同じことができます。
setting-command_cooldown = コマンドの間隔
    .description = 次のコマンドまでに1人が待つ時間。DJは待つ必要がありません。
    .none = なし
setting-commands_per_minute = 1分あたりのコマンド
    .description = 全員が1分間に使えるコマンドの合計の上限。DJは数えません。
    .none = 無制限
setting-voice_channel_ids = ボイスチャンネル
    .description = ボットを呼べるボイスチャンネル。
    .none = すべて
setting-command_channel_ids = コマンド用チャンネル
    .description = コマンドを使えるチャンネル。スレッドも含みます。サーバーを管理する人はどこでも使えます。
    .none = すべて
setting-blocked_user_ids = ブロックした人
    .description = 見ることしかできません。サーバーを管理する人は除きます。
    .none = なし
setting-blocked_role_ids = ブロックしたロール
    .description = このロールのメンバーは見ることしかできません。サーバーを管理する人は除きます。
    .none = なし
setting-blocked_tracks = ブロックした曲
    .description = 追加できない曲。URLまたは曲名全体で指定します。
    .none = なし
setting-blocked_artists = ブロックしたアーティスト
    .description = このアーティストの曲は追加できません。名前全体で指定します。
    .none = なし
setting-blocked_domains = ブロックしたサイト
    .description = これらのドメインとそのサブドメインからは何も追加できません。
    .none = なし
setting-language = 言語
    .description = 全員に向けたメッセージの言語。
    .none = Discordと同じ
    .en = English
    .de = Deutsch
    .es = Español
    .ja = 日本語
setting-music_channel_id = 音楽チャンネル
    .description = プレーヤーを表示するチャンネル。
    .none = 音楽を始めた場所
setting-voice_status = ボイスチャンネルステータス
    .description = ボイスチャンネルのステータスに再生中の曲を表示します。
setting-welcome_channel_id = ウェルカムチャンネル
    .description = サーバーに参加した人を歓迎するチャンネル。
    .none = オフ(歓迎しない)
setting-welcome_text = ウェルカムメッセージ
    .description = 参加した人へのメッセージ。{"{user}"}、{"{server}"}、{"{count}"}、{"{date}"} は、その人の名前、サーバー名、メンバー数、日付になります。
    .none = ボットの定型文
setting-welcome_mention = 参加した人にメンション
    .description = ウェルカムメッセージの {"{user}"} をメンションにします。
setting-on = オン
setting-off = オフ
setting-number = { $unit ->
    [percent] { $value }%
   *[other] { $value }
}
setting-length = { $colon ->
    [True] { $length }
   *[other] { $length }秒
}
setting-several = { $values }
setting-more = ほか{ $count }件
setting-limits = { $kind ->
    [number] { $least }から{ $most }まで
    [length] { $most }秒まで。90や1:30のように入力
    [lines] 1行に1つ、{ $lines }行まで
    [order] 表示する順に、1行に1つ
    [shares] コロンの後に、聴いている人の割合(%)を入力。空欄も可
   *[other] { $most }文字まで
}

card-settings = 設定: { $group }
card-settings-choose-group = グループを選んでください
card-settings-choose = 設定を選んでください
card-settings-choose-value = 選んでください
card-settings-choose-values = { $count }個まで選べます
card-settings-too-long = { $count }件あり、Discordで変更できる数を超えています。REST APIで変更するか、デフォルトに戻してください。
card-settings-line = { $chosen ->
    [True] **{ $name }**: { $value }
   *[other] **{ $name }**: { $value } (デフォルト)
}
card-changes = 設定の変更履歴
card-changes-none = この90日間、設定は変更されていません。
card-change = { $surface ->
    [API] { $when } { $user }(トークンを使用): **{ $name }** { $before } → { $after }
   *[other] { $when } { $user }: **{ $name }** { $before } → { $after }
}
button-reset = デフォルトに戻す
button-reset-group = すべてデフォルトに戻す
button-changes = 変更履歴
button-back = 戻る
button-change = 変更
button-turn-on = オンにする
button-turn-off = オフにする
form-setting = 設定を変更
# Who may do what

card-vote-counted = 投票しました。あと{ $count }人の投票が必要です。

error-blocked = このサーバーでは、見ることしか許可されていません。
    .way-out = サーバーを管理する人に頼んでください。
error-track-blocked = その曲はこのサーバーでブロックされています。
    .way-out = 別の曲を選んでください。
error-artist-blocked = そのアーティストはこのサーバーでブロックされています。
    .way-out = ほかのアーティストの曲を選んでください。
error-domain-blocked = そのサイトの曲はこのサーバーで追加できません。
    .way-out = 別の場所で探してください。
error-foreign-text-channel = このチャンネルではコマンドを使えません。
    .way-out = { $channels } を使ってください。
error-voice-channel-unwelcome = そのボイスチャンネルには参加できません。
    .way-out = { $channels } に参加してください。

# The panel

button-previous = 前の曲
button-stop = 停止
button-favorite = お気に入り
button-shuffle = シャッフル
button-loop = { $mode ->
    [TRACK] リピート: 曲
    [QUEUE] リピート: キュー
   *[other] リピート: オフ
}
button-autoplay = 自動再生
button-lyrics = 歌詞
button-queue = キュー
panel-next = **次の曲**
panel-queue-ends = キューの終了: { $when }
panel-jump = 進む曲を選ぶ
panel-effects = 音を変える
panel-elsewhere = プレーヤーは { $channel } にあります。
panel-lost = { $server } の { $channel } にプレーヤーを表示できなくなりました。そのチャンネルの閲覧と書き込みを許可するか、設定で別のチャンネルを選んでください。

# Schedules, statistics and what the bot says of its own.

card-first-steps =
    こんにちは!ここで音楽を再生します。
    1. ボイスチャンネルに参加してください。
    2. `/再生` と曲名またはURLを入力してください。
    サーバーを管理する人は、`/スケジュール 作成` で1日1回の投稿を設定できます。
card-welcome = {"{user}"} さん、{"{server}"} へようこそ!
card-song-of-the-day = 🎵 今日の曲: { $title }({ $author })。ここで{ $count }回再生されました。
error-channel-not-writable = そのテキストチャンネルに書き込めません。
    .way-out = 閲覧とメッセージの送信を許可するか、別のチャンネルを選んでください。
error-members-intent-missing = サーバーに参加した人がDiscordから通知されません。
    .way-out = ボットの運営者に、Discordの開発者ポータルのBotでServer Members Intentをオンにし、再起動するよう頼んでください。
error-time-zone-unknown = その名前のタイムゾーンはありません。
    .way-out = `Europe/Berlin` のように、入力中に表示されるものから選んでください。
error-schedule-not-found = そのスケジュールはもうありません。
    .way-out = 今あるスケジュールは `/スケジュール 一覧` で見られます。
error-too-many-schedules = このサーバーにはスケジュールがすでに{ $limit }個あります。
    .way-out = まず `/スケジュール 削除` でどれかを削除してください。

command-schedule = スケジュール
    .description = 1日1回の投稿を設定します
command-schedule-create = 作成
    .description = メッセージまたは今日の曲を1日1回投稿します
    .channel = チャンネル
    .channel-description = 投稿するテキストチャンネル
    .time = 時刻
    .time-description = 09:30のような時刻
    .zone = タイムゾーン
    .zone-description = Europe/Berlinのようなタイムゾーン
    .kind = 種類
    .kind-description = 投稿するもの。指定しないとメッセージ
    .kind-message = メッセージ
    .kind-song = 今日の曲
    .text = 本文
    .text-description = メッセージの本文。{"{server}"}、{"{count}"}、{"{date}"} は、サーバー名、メンバー数、日付になります
command-schedule-list = 一覧
    .description = 1日1回の投稿の一覧を表示します
command-schedule-pause = 一時停止
    .description = スケジュールを一時停止します
    .schedule = スケジュール
    .schedule-description = 一時停止するスケジュール
command-schedule-resume = 再開
    .description = スケジュールを再開します
    .schedule = スケジュール
    .schedule-description = 再開するスケジュール
command-schedule-remove = 削除
    .description = スケジュールを削除します
    .schedule = スケジュール
    .schedule-description = 削除するスケジュール
command-stats = 統計
    .description = よく聴かれた曲を表示します
    .who = 対象
    .who-description = 誰の統計か。指定しないとサーバー
    .who-server = サーバー
    .who-me = 自分
    .period = 期間
    .period-description = さかのぼる期間。指定しないと30日間
    .period-day = 1日
    .period-week = 1週間
    .period-month = 30日間
    .period-all = 全期間
schedule-what = { $kind ->
    [SONG_OF_THE_DAY] 今日の曲({ $channel }、{ $time } { $zone })
   *[other] 毎日のメッセージ({ $channel }、{ $time } { $zone })
}
schedule-state = { $state ->
    [PAUSED] 一時停止中
   *[other] { $when }
}
choice-schedule = { $kind ->
    [SONG_OF_THE_DAY] { $time } { $zone }: 今日の曲 { $text }
   *[other] { $time } { $zone }: { $text }
}
card-schedule-created = { $what } を作成しました。最初の投稿は { $when } です。
card-schedule-paused = { $what } を一時停止しました。`/スケジュール 再開` で再開できます。
card-schedule-resumed = { $what } を再開しました。次の投稿は { $when } です。
card-schedule-removed = { $what } を削除しました。
card-schedules = 1日1回の投稿
card-schedules-empty = スケジュールはありません。`/スケジュール 作成` で追加してください。
card-schedule-line = { $place }. { $what }
stats-amount = { $count }回、{ $hours }時間{ $minutes }分
card-stats = { $period ->
    [DAY] 過去24時間
    [WEEK] 過去7日間
    [MONTH] 過去30日間
   *[other] これまで
}に{ $whose ->
    [ME] あなたが聴いた曲
   *[other] このサーバーで聴かれた曲
}
card-stats-empty = { $whose ->
    [ME] その期間に、あなたのリクエストで再生された曲はありません。`/再生` で曲を再生してください。
   *[other] その期間に、ここで再生された曲はありません。`/再生` で曲を再生してください。
}
card-stats-total = { $tracks }曲、合計{ $amount }
card-stats-tracks = **曲**
card-stats-artists = **アーティスト**
card-stats-listeners = **リクエストした人**
card-stats-line = { $place }. { $what }: { $amount }

# Playlists

command-playlist = プレイリスト
    .description = 曲を保存して、また再生します
command-playlist-create = 作成
    .description = 空のプレイリストを作成します
    .name = 名前
    .name-description = プレイリストの名前
    .server = サーバー
    .server-description = このサーバーのものにするかどうか。全員が再生でき、DJが変更できます
command-playlist-play = 再生
    .description = プレイリストを再生するか、キューに追加します
    .playlist = プレイリスト
    .playlist-description = 自分のもの、このサーバーのもの、または共有されたもの
    .placement = 位置
    .placement-description = 追加する位置。指定しないとキューの最後
    .placement-end = 最後
    .placement-next = 次
    .placement-now = 今すぐ(再生中の曲はその後に続きます)
command-playlist-add = 追加
    .description = プレイリストに曲を追加します
    .playlist = プレイリスト
    .playlist-description = 追加先のプレイリスト
    .query = 検索
    .query-description = 曲名、アーティスト、またはURL。指定しないと再生中の曲
command-playlist-list = 一覧
    .description = ここで再生できるプレイリストをすべて表示します
command-playlist-show = 表示
    .description = プレイリストの曲を表示します
    .playlist = プレイリスト
    .playlist-description = 表示するプレイリスト
command-playlist-save = 保存
    .description = 再生中の曲とキューの曲をプレイリストに保存します
    .playlist = プレイリスト
    .playlist-description = 追加先のプレイリスト、または新しい名前
command-playlist-remove = 外す
    .description = プレイリストから曲を外します
    .playlist = プレイリスト
    .playlist-description = 変更するプレイリスト
    .item = 曲
    .item-description = 外す曲
command-playlist-delete = 削除
    .description = プレイリストを削除します
    .playlist = プレイリスト
    .playlist-description = 削除するプレイリスト
command-playlist-rename = 名前変更
    .description = プレイリストの名前を変えます
    .playlist = プレイリスト
    .playlist-description = 名前を変えるプレイリスト
    .name = 名前
    .name-description = 新しい名前
command-playlist-share = 共有
    .description = ほかの人がプレイリストを見て再生できるようにします
    .playlist = プレイリスト
    .playlist-description = 共有するプレイリスト
    .member = メンバー
    .member-description = 再生できるようにする人。指定しないとこのサーバーの全員
command-playlist-unshare = 共有解除
    .description = プレイリストの共有を解除します
    .playlist = プレイリスト
    .playlist-description = 共有しているプレイリスト
    .member = メンバー
    .member-description = 再生できないようにする人。指定しないとこのサーバーの人
command-playlist-export = エクスポート
    .description = プレイリストをファイルで受け取ります
    .playlist = プレイリスト
    .playlist-description = 受け取るプレイリスト
command-playlist-import = インポート
    .description = 曲のリストや、ほかのボットからエクスポートしたものを、プレイリストに追加します
    .file = ファイル
    .file-description = 曲のリスト、またはボットからエクスポートしたファイル。指定しないと、テキストを貼り付けられます
    .playlist = プレイリスト
    .playlist-description = 追加先のプレイリスト、または新しい名前。指定しないとファイルのプレイリスト名
command-favorite = お気に入り
    .description = 再生中の曲をお気に入りに追加します
playlist-favorites = お気に入り
card-playlist-created = { $name } を作成しました。`/プレイリスト 追加` か `/プレイリスト 保存` で曲を追加してください。
card-playlist-added = { $title } を { $name } に追加しました。
card-playlist-removed = { $name } から1曲を外しました。
card-playlist-deleted = { $name } を削除しました。
card-playlist-renamed = 名前を { $name } に変えました。
card-playlist-shared = { $user ->
    [0] ここの全員が { $name } を再生できるようになりました。
   *[other] { $user } が { $name } を再生できるようになりました。
}
card-playlist-unshared = { $user ->
    [0] このサーバーへの { $name } の共有を解除しました。
   *[other] { $user } への { $name } の共有を解除しました。
}
card-playlist-saved = { $name } に{ $added }曲を追加しました。{ $left ->
    [0] {""}
   *[other] 残りの{ $left }曲は、空きがないため追加できませんでした。
}
card-playlist-brought = { $name } に{ $count }曲を追加しました。
card-playlist-exported = { $name } です。このテキストは `/プレイリスト インポート` で、またはREST APIでファイルとしてインポートできます。
card-playlist-empty = { $name } は空です。`/プレイリスト 追加` で曲を追加してください。
card-playlist = { $name }: { $count }曲、{ $length }
card-playlists = プレイリスト
card-playlists-none = プレイリストはまだありません。`/プレイリスト 作成` か `/プレイリスト 保存` で作成してください。
card-playlists-line = { $whose ->
    [server] { $name } · { $count }曲、{ $length } · このサーバー
    [shared] { $name } · { $count }曲、{ $length } · 作成者: { $user }
   *[other] { $name } · { $count }曲、{ $length }
}
card-liked = { $title } をお気に入りに追加しました。`/プレイリスト 再生` で再生できます。
card-liked-already = { $title } はすでにお気に入りにあります。
choice-playlist = { $whose ->
    [server] { $name } ({ $count }曲、このサーバー)
    [shared] { $name } ({ $count }曲、共有)
   *[other] { $name } ({ $count }曲)
}
form-playlist = プレイリストにインポート
form-playlist-name = プレイリストの名前(既存または新規)
form-playlist-text = 1行に1曲、またはエクスポートしたテキスト
error-playlist-not-found = そのプレイリストが見つかりません。
    .way-out = 入力中に表示されるものから選んでください。
error-playlist-exists = その名前のプレイリストはすでにあります。
    .way-out = 別の名前にしてください。
error-not-own-playlist = それはほかの人のプレイリストです。
    .way-out = 再生中の曲は `/プレイリスト 保存` で自分のプレイリストに保存できます。
error-too-many-playlists = プレイリストは{ $limit }個までです。
    .way-out = まず `/プレイリスト 削除` でどれかを削除してください。
error-playlist-full = プレイリストに入れられるのは{ $limit }曲までです。
    .way-out = `/プレイリスト 外す` で曲を外すか、別のプレイリストを作成してください。
error-playlist-empty = そのプレイリストは空です。
    .way-out = `/プレイリスト 追加` で曲を追加してください。
error-favorites-fixed = お気に入りの名前は変えられません。
    .way-out = `/プレイリスト 作成` で自分のプレイリストを作成してください。
error-import-unreadable = 曲が見つかりません。
    .way-out = 1行に1曲ずつ入力するか、エクスポートしたテキスト全体を貼り付けてください。
error-too-many-shares = そのプレイリストはすでに{ $limit }件共有されています。
    .way-out = まず `/プレイリスト 共有解除` でどれかを解除してください。
error-playlist-item-not-found = その曲はもうプレイリストにありません。
    .way-out = 今ある曲は `/プレイリスト 表示` で見られます。

# Personal things, and what is switched off

error-feature-off = このコマンドはここではオフになっています。
    .way-out = ボットの運営者にオンにするよう頼んでください。

command-preferences = 個人設定
    .description = 自分の設定を表示または変更します
    .language = 言語
    .language-description = 返事に使う言語
    .language-any = Discordの言語
    .language-en = English
    .language-de = Deutsch
    .language-es = Español
    .language-ja = 日本語
    .private = 非公開
    .private-description = コマンドへの返事を自分だけに表示するかどうか
    .source = 検索先
    .source-description = 入力した言葉を探す場所
    .source-any = すべて
    .source-local = 音楽フォルダー
    .source-youtube = YouTube
    .source-soundcloud = SoundCloud
    .source-bandcamp = Bandcamp
    .source-spotify = Spotify
    .source-applemusic = Apple Music
    .source-deezer = Deezer
    .history = 履歴
    .history-description = 聴いた曲を候補に出し、統計に数えるかどうか
command-privacy = プライバシー
    .description = 自分について保存されているものを表示、取得、削除します
command-privacy-show = 表示
    .description = 自分について保存されているものを表示します
command-privacy-export = エクスポート
    .description = 自分について保存されているものをファイルで渡します
command-privacy-delete = 削除
    .description = 自分について保存されているものをすべてのサーバーで削除します
card-preferences = あなたの設定
card-preferences-language = { $language ->
    [en] 言語: English
    [de] 言語: Deutsch
    [es] 言語: Español
    [ja] 言語: 日本語
   *[any] 言語: Discordの言語
}
card-preferences-private = { $mode ->
    [on] コマンドへの返事: 自分だけに表示
   *[off] コマンドへの返事: 全員に表示
}
card-preferences-source = { $source ->
    [local] 検索先: 音楽フォルダー
    [youtube] 検索先: YouTube
    [soundcloud] 検索先: SoundCloud
    [bandcamp] 検索先: Bandcamp
    [spotify] 検索先: Spotify
    [applemusic] 検索先: Apple Music
    [deezer] 検索先: Deezer
   *[any] 検索先: すべて
}
card-preferences-history = { $mode ->
    [on] 聴いた曲: 候補に出し、統計に数えます
   *[off] 聴いた曲: 候補に出さず、数えません
}
card-privacy = あなたについて保存しているもの
card-privacy-kept = { $kind ->
    [playing] 再生中のあなたの曲: { $count }
    [queue] キューにあるあなたの曲: { $count }
    [removed] キューから外されたあなたの曲: { $count }
    [history] 再生されたあなたの曲: { $count }
    [edit] 元に戻せるキューの変更: { $count }
    [vote] 投票: { $count }
    [listening] 聴いているボイスチャンネル: { $count }
    [dj] あなたが今DJのサーバー: { $count }
    [preferences] 個人設定: { $count }
    [token] プログラム用トークン: { $count }
    [guild_settings] 最後に設定を変更したサーバー: { $count }
    [job] インポートなどの作業: { $count }
    [panel] あなたの最後の操作を示すパネル: { $count }
    [playlist] プレイリスト: { $count }
    [playlist_share] あなたに共有されたプレイリスト: { $count }
    [change] 設定の変更: { $count }
    [played] あなたのために再生された曲: { $count }
    [schedule] あなたが作ったスケジュール: { $count }
    [lastfm] last.fmのアカウント: { $count }
    [scrobble] last.fmにまだ伝えていない曲: { $count }
   *[other] その他: { $count }
}
card-privacy-more = 1つのファイルに入りきらない分があります。
card-privacy-ways = `/プライバシー エクスポート` で受け取るか、`/プライバシー 削除` で削除してください。
card-privacy-nothing = あなたについては何も保存していません。
card-privacy-exported = あなたについて保存しているものです。
card-privacy-delete = あなたについて保存しているものをすべてのサーバーで削除しますか?キューに入れた曲は名前なしで再生され続けます。元に戻すことはできません。
card-privacy-deleted = あなたについて保存していたものを削除しました。
card-privacy-deleting = あなたについて保存していたものを削除しています。ボットの一部が今は使えないため、戻りしだい削除します。
button-forget = すべて削除

# Lyrics that follow the song
card-lyrics-sung = ▶ **{ $line }**
card-lyrics-pause = ♪
card-lyrics-over = *この曲は終わりました。*
button-lyrics-follow = 曲と同期
button-lyrics-stop = 同期を停止

# Pages of the queue
card-queue-page = { $page } / { $pages }ページ
button-page = ページを選ぶ
form-page = ページに移動
form-page-number = ページ番号(1から{ $pages }まで)
error-page-not-found = そのページはありません。
    .way-out = { $pages ->
        [1] 1ページしかありません。
       *[other] 1から{ $pages }までのページを選んでください。
    }

# Votes and the order of buttons

setting-vote_shares = スキップ以外の投票
    .description = スキップ以外に投票で決める操作と、それぞれに必要な、聴いている人の割合。DJに投票は必要ありません。キューのクリアとシャッフルは、投票で決めない場合はDJだけができ、0%にすると聴いている人全員ができます。
    .none = なし
    .pause = 一時停止
    .resume = 再開
    .stop = 停止
    .leave = 退出
    .previous = 前の曲
    .replay = 最初から再生
    .queue_clear = キューのクリア
    .queue_shuffle = キューのシャッフル
setting-panel_buttons = プレーヤーのボタン
    .description = 再生中の曲の下に表示するボタンとその順番。横1列に5個ずつ並びます。
    .none = すべて
    .previous = 前の曲
    .pause = 一時停止
    .skip = スキップ
    .stop = 停止
    .favorite = お気に入り
    .shuffle = シャッフル
    .loop = リピート
    .autoplay = 自動再生
    .lyrics = 歌詞
    .queue = キュー
setting-share = { $name } { $value }%

# Channels where people just type what they want to hear.

setting-request_channel_id = リクエストチャンネル
    .description = 曲名を入力するか、リンクを貼り付けるか、ファイルをアップロードするだけで曲をリクエストできるチャンネル。プレーヤーもここに表示し、リクエストのメッセージは10秒後に削除します。
    .none = なし
setting-max_songs_per_message = 1メッセージあたりの曲数
    .description = リクエストチャンネルで、1つのメッセージでリクエストできる曲数の上限。1行に1曲ずつ入力します。
card-request-invitation = 何も再生していません。{ $channel } に曲名を入力するか、リンクを貼り付けるか、ファイルをアップロードすると、あなたのボイスチャンネルで再生します。
card-request-taken = { $count ->
    [1] { $place ->
        [0] 再生開始: { $title }
       *[other] キューの{ $place }番目: { $title }
    }
   *[other] { $place ->
        [0] { $count }曲を追加しました。再生開始: { $title }
       *[other] { $count }曲を追加しました。キューの{ $place }番目: { $title }
    }
}
card-request-more = ほかに{ $count }件を追加しました。
card-request-missed = 追加できませんでした({ $count }件): { $songs }
card-request-unread = 1つのメッセージに入力できる行数を{ $count }行超えています。残りは別のメッセージで送ってください。
card-request-missing = { $lack ->
    [content] ここに入力された内容を読めなくなりました。ボットの運営者に、Discordの開発者ポータルのBotでMessage Content Intentをオンにするよう頼んでください。それまでは、私にメンションしてください。
   *[deleting] ここでは、ほかの人のメッセージを削除できません。私のロールにこのチャンネルの「メッセージの管理」を許可すると、リクエストのメッセージを片付けられます。
}
error-content-intent-missing = このサーバーで入力されたメッセージの内容がDiscordから通知されません。
    .way-out = ボットの運営者に、Discordの開発者ポータルのBotでMessage Content Intentをオンにするよう頼んでください。それまでは、私にメンションして、再生したい曲を入力してください。

# The DJ of a session.

command-dj = dj
    .description = このセッションのDJを表示するか、ほかの人をDJにします
    .person = メンバー
    .person-description = DJにする人。聴いている人だけを選べます
card-dj = DJは { $user } です。
card-dj-now = { $user } がDJになりました。`/dj` でほかの人に交代できます。
card-dj-nobody = このセッションにDJはいません。サーバーを管理する人は、`/設定` でセッションごとのDJをオンにできます。
setting-session_dj = セッションごとのDJ
    .description = ボットをボイスチャンネルに呼んだ人は、`/dj` で交代するか退出するまで、DJと同じことができます。
way-out-dj = 今のDJの { $dj } に頼んでください。
error-session-dj-off = このサーバーでは、セッションごとのDJがオフになっています。
    .way-out = サーバーを管理する人に、`/設定` でオンにするよう頼んでください。
error-listener-needed = DJにできるのは、聴いているほかの人だけです。
    .way-out = ボットのボイスチャンネルにいる人を選んでください。
error-already-dj = その人はすでにDJです。
    .way-out = ほかの人を選ぶか、`/dj` で今のDJを確認してください。

# Files that people upload

error-file-too-large = そのファイルは大きすぎて読み込めません。
    .way-out = { $limit }MB以下のファイルをアップロードしてください。
error-file-unreachable = そのファイルをDiscordから取得できません。
    .way-out = もう一度アップロードしてください。

# Autoplay from a playlist.

card-autoplay-playlist = キューが空になったら、{ $name } の曲で続けます。
card-playlist-gone = 自動再生に使っていたプレイリストは、削除されたか、このサーバーに共有されなくなりました。`/自動再生` で別のプレイリストを選んでください。
choice-fitting = プレイリストなし: 合う曲を自動で選ぶ
error-playlist-not-shared = それはこのサーバーのプレイリストではありません。
    .way-out = まず `/プレイリスト 共有` でこのサーバーに共有してください。

# How fast and how high it plays

command-filter-speed = 速度
    .description = すべてのフィルターの代わりに、再生の速度とピッチを選びます
    .percent = パーセント
    .percent-description = 25から400までの速度。通常は100
    .pitch = ピッチ
    .pitch-description = 25から400までのピッチ。指定しないと通常の100

# 聴いた曲をもう一度、イコライザー、設定にある自動再生のプレイリスト

card-own-history = あなたのリクエストで再生された曲
card-own-history-empty = あなたのリクエストで再生された曲は、ここにはまだありません。`/再生` で曲を再生してください。
card-history-again = もう一度再生する
card-history-off = 聴いた曲を候補に出さない設定になっています。`/個人設定` で戻せます。
command-filter-equalizer = イコライザー
    .description = すべてのフィルターの代わりに、低音、中音、高音の大きさを選びます
    .bass = 低音
    .bass-description = デシベル単位で-12から12まで。指定しないと通常どおり
    .middle = 中音
    .middle-description = デシベル単位で-12から12まで。指定しないと通常どおり
    .treble = 高音
    .treble-description = デシベル単位で-12から12まで。指定しないと通常どおり
setting-autoplay_playlist_id = 自動再生のプレイリスト
    .description = キューが空で自動再生がオンのときに使う、このサーバーのプレイリスト。
    .none = なし、合う曲を自動で選ぶ
setting-playlist-gone = もうないプレイリスト
card-settings-no-playlists = このサーバーには選べるプレイリストがまだありません。`/プレイリスト 作成` で作成するか、`/プレイリスト 共有` で共有してください。
command-sort = 並べ替え
    .description = キューを並べ替えます
    .by = 基準
    .by-description = 先に来るもの
    .by-title = 題名順
    .by-length = 短い曲から
    .by-requester = 追加した人ごと
    .by-reverse = 今の逆の順
card-sorted = キューを並べ替えました。新しい順番は `/キュー` で見られます。

# last.fmのアカウント

command-lastfm = lastfm
    .description = 聴いた曲をlast.fmに記録します
command-lastfm-link = 連携
    .description = last.fmのアカウントを連携します。連携中のアカウントも確かめられます
command-lastfm-unlink = 連携解除
    .description = last.fmのアカウントの連携を解除します
card-lastfm-asking = 聴いた曲の記録をlast.fmで許可してから、ここに戻ってボタンで知らせてください。
card-lastfm-told = last.fmに伝えるのは、あなたがボットのボイスチャンネルにいる間に終わった曲のうち、30秒より長く、半分または4分以上再生されたものです。
card-lastfm-linked = あなたのlast.fmのアカウントは { $name } です。連携日: { $when }
card-lastfm-unlinked = アカウント { $name } の連携を解除しました。last.fmにはもう何も伝えません。
card-lastfm-none = last.fmのアカウントは連携されていません。`/lastfm 連携` で連携できます。
button-lastfm-open = last.fmを開く
button-lastfm-finish = 許可しました
button-lastfm-link = 別のアカウントを連携
button-lastfm-unlink = 連携を解除
error-lastfm-off = このボットではlast.fmが設定されていません。
    .way-out = ボットの運営者に `LASTFM_API_KEY` と `LASTFM_SHARED_SECRET` を設定するよう頼んでください。
error-lastfm-not-allowed = last.fmでまだ許可されていません。
    .way-out = last.fmで許可してからもう一度ボタンを押してください。1時間を過ぎたら `/lastfm 連携` からやり直してください。
