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
    .description = これまでに再生した曲を表示します
command-remove = 削除
    .description = キューから曲を、または条件に合う曲をすべて削除します
    .item = 曲
    .item-description = 削除する曲
    .member = メンバー
    .member-description = このメンバーが追加した曲を削除します
    .duplicates = 重複
    .duplicates-description = キューの前の方にある曲や再生中の曲と同じものを削除します
    .absent = 退出者
    .absent-description = ボイスチャンネルを退出した人が追加した曲を削除します
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
    [UndoQueueEdit] { $user } がキューの変更を元に戻しました。
    [UpdatePlayer] { $user } が再生の設定を変えました。
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
    [item] それはキューの曲ではありません。
    [before] それはキューの曲ではありません。
    [to] それはキューの曲ではありません。
   *[other] 正しくない値があります。
}
    .way-out = { $field ->
    [position] `90`、`1:30`、`1:02:03`、または前後に移動する `+30` や `-15` のように入力してください。
    [offset] `+30` や `-15` のように入力してください。
    [item_ids] 曲、メンバー、重複、退出した人の曲のどれかを選んでください。
    [loop_count] 曲を選ぶか、回数を省いてください。
    [query] もっと短い言葉にしてください。
    [lines] 1行に1曲ずつ、それぞれ200文字以内で入力してください。
    [item] 入力中に表示される曲から選んでください。
    [before] 入力中に表示される曲から選んでください。
    [to] 入力中に表示される曲から選んでください。
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
error-already-voted = すでにスキップに投票しています。
    .way-out = あと{ $missing }人が `/スキップ` を使う必要があります。
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
