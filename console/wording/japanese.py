"""The help in Japanese; the English stands beside each command in the code. A test sees that nothing is left out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "": "WAKWAK の接続契約とフレッツ光メンバーズクラブの会員資格の一生を動かします。",
        "status": "サービスの状態、業務日時、判断待ちの数を見ます。",
        "find": "お客さまを、契約・会員・交換とともに探します。閲覧は記録に残ります。",
        "show": "契約、会員、交換、代行申込、一斉変更、お客さまを見ます。",
        "timeline": "契約、会員、交換に起きたことと、これからの予定を並べます。図に書き出すこともできます。",
        "explain": "わけを見ます。どの判断にも、条文、用いた事実、計算の順序が付きます。",
        "events": (
            "出来事を記録された順に並べます。最後の id が次の `--after` です。\n\n"
            "`--follow` は、`--after` がなければ今から先を出し続けます。`--json` は一行に一つの CloudEvent です。"
        ),
        "tasks": "人の判断を待つものを、古い順に並べます。",
        "rollouts": "多くの契約に及ぶ変更を、新しい順に並べます。番号は `show` と `do` で使えます。",
        "cancel": "解約の届出を入力し、または期日前に取り消します。終了日と費用が返ります。",
        "do": "契約、会員、交換、代行申込、一斉変更への操作を送ります(免除、移転、停止など)。",
        "request": "/docs にあるほかの要求を送ります(一斉変更の告知など)。",
        "import": "すでにある契約や会員を取り込みます。同じファイルを繰り返しても二重にはなりません。",
        "completion": 'シェルの補完のスクリプトを出します: eval "$(keiyaku completion bash)"。',
        "up": "すべてを起動し、Ctrl-C まで動かします(`make run`)。",
        "migrate": "データベースを最新の形にします。新しい手元の環境には、最初の日時と見本の交換品も入れます。",
        "worker": "止められるまで、待ち行列の仕事をします。",
        "relay": "止められるまで、送信待ち(お知らせ、NTT への連絡、webhook)だけを届けます。",
        "api": "止められるまで、HTTP の窓口を開きます。",
        "carrier": "止められるまで、NTT の身代わりを動かします。",
        "rehearse": "筋書きを一時的な環境で演じ、条文ごとに語ります。",
        "rule": "規則のありか(関数、日付つきのパラメータ、テスト)を示します。",
        "verify": "すべての記録を計算し直し、保存された状態とハッシュを比べ、動くべきものが動いているかを見ます。",
        "erase": "すべてが終わったお客さまの情報を、データベースから消します。番号、日付、金額は残ります。",
        "recover": "動いているはずで動いていないものを起動します。古い写しを戻した後は、その記録を正とします。",
        "keys": "HTTP の窓口の鍵(鍵のファイルにあるもののほか)。",
        "keys create": "鍵を作り、表示します。見られるのはこのときだけです。",
        "keys list": "これまでの鍵をすべて並べます(名前、役割、いつから、有効か)。",
        "keys rotate": "同じ名前と役割の新しい鍵を作り、表示します。古い鍵はしばらく有効です。",
        "keys revoke": "ある名前の鍵をすべて、すぐに無効にします。",
        "versions": "ワーカーのコードの版と、いまの版。",
        "versions list": "版をすべて並べます(まだ動くもの、ワーカーの有無、止まったもの)。",
        "versions promote": "ある版をいまの版にします。始まるものはその版で、動いているものも新しい実行で移ります。",
        "person": "お客さまについて保有するもの。",
        "person export": "お客さまについて保有するすべてを、表ごとに JSON で出します(開示で伝えるもの)。",
    }
)

PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        # those of many commands
        "any_id": "番号。種類つきでもよい: contract/K…、membership/M…。",
        "limit": "多くともこの行数。",
        "json": "スクリプトのために、JSON で返す。",
        "role": "手元の環境のどの鍵を使うか。",
        "language": "ja か en。なければ LC_ALL や LANG に従う。",
        "dry_run": "すべて判断するが、何も変えない。",
        "idempotency_key": "同じ鍵の要求は、同じ一つの要求。",
        "undo": "取り消す(DELETE)。",
        "words": "要求の項目。",
        # those of one
        "find words": "お名前、カナ、電話番号、メール、住所、回線番号、番号。",
        "show as_of": "YYYY-MM-DD: その日の終わりの時点で。",
        "show known_at": "RFC 3339: その時に知られていたままで。",
        "timeline svg": "図をこのファイルに書く。",
        "events after": "手元にある最後の出来事の id。`now` と `start` も使える。",
        "events follow": "来るものを Ctrl-C まで出し続ける。",
        "events every": "--follow で尋ねる間隔(秒)。",
        "cancel channel": "届出の方法。",
        "cancel received": "届いた日時(2019-04-25T10:00:00+09:00 など)か `now`。これで解約日が決まる。",
        "cancel wanted_month": "YYYY-MM: もっと後の終了を望まれたとき。",
        "do name": "なければ、すべてを一覧する。",
        "request method": "GET、POST、PUT、DELETE のどれか。",
        "request path": "/docs のとおり(/v1/rollouts など)。",
        "import kind": "ファイルにあるもの。",
        "import file": "一行に一つの JSON(/docs を参照)。",
        "import report": "各行がどうなったかをここに書く(一行に一つの JSON)。",
        "completion shell": "どのシェルのものか。",
        "rehearse scenario": "備え付けの筋書きの名前か、YAML ファイルの場所。",
        "rule rule_id": "要件の番号(W-10.2 など)。",
        "verify anchor": "日ごとの錨(ハッシュ)を出し、記録と比べる。",
        "erase any_id": "お客さま、またはその契約・会員の番号。",
        "person export any_id": "お客さま、またはその契約・会員の番号。",
        "recover adopt_database": "データベースの記録を正とする実行番号(contract/K1 など)。",
        "recover adopt_all": "すべてについて、データベースの記録を正とする。",
        "keys create role": "backoffice、operator、auditor、site のどれか。",
        "keys create name": "記録に残る、使う人の名前。",
        "keys create days": "期限までの日数。なければ期限なし。",
        "keys rotate name": "だれの鍵か。",
        "keys rotate keep_hours": "古い鍵がまだ有効な時間。",
        "keys revoke name": "だれの鍵か。",
        "versions promote build_id": "ワーカーが待っている版。古い版を示せば、戻す道になる。",
        "versions promote ramp": "始まるもの、起きるもののうちの割合(%)。なければすべて(眠っているものも)。",
    }
)
