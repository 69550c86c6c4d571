"""What the commands say: Japanese first, then English. Codes of the business have their words in `models.words`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rules import written

Pairs = Mapping[str, tuple[str, str]]

SENTENCES: Pairs = MappingProxyType(
    {
        "codes": (
            """終了コード: 0 済み · 1 設定・鍵・ファイルに問題、または食い違いあり · 2 入力の誤り · 3 権限がない · \
4 見つからない · 5 状態か規則が許さない · 6 応答がない(もう一度) · 7 取り込みで断られた行がある""",
            """Exit codes: 0 done · 1 a setting, key or file is wrong, or something differs · 2 typed wrongly · \
3 not allowed · 4 not found · 5 refused by a rule or state · 6 nobody answers, try again · 7 lines of an import \
refused""",
        ),
        "not_utf8": (
            "UTF-8 ではないため読めません(Shift_JIS など)。UTF-8 で保存し直してください。何も送っていません。",
            "This is not UTF-8 (perhaps Shift_JIS). Save it again as UTF-8. Nothing was sent.",
        ),
        "example": ("例: ", "Example: "),
        "usage": ("使い方: ", "Usage: "),
        "options_metavar": ("[オプション]", "[OPTIONS]"),
        "subcommand_metavar": ("コマンド [引数]...", "COMMAND [ARGS]..."),
        "help_option": ("この説明を表示して終わる。", "Show this message and exit."),
        "see_help": ("詳しくは: {command} --help", "for help: {command} --help"),
        "no_such_option": ("{name} というオプションはありません", "there is no option {name}"),
        "no_such_command": ("{name} というコマンドはありません", "there is no command {name}"),
        "near": ("。近いもの: {names}", "; near it: {names}"),
        "parameter_missing": ("{name} を示してください", "{name} is missing"),
        "takes_no_value": ("{name} は値をとりません", "{name} takes no value"),
        "needs_value": ("{name} には値が要ります", "{name} needs a value"),
        "bad_parameter": ("{name}: {why}", "{name}: {why}"),
        "too_much": ("余分な引数があります: {words}", "too many arguments: {words}"),
        "command_missing": ("コマンドを示してください", "a command is missing"),
        "typed_wrongly": ("入力に誤りがあります", "typed wrongly"),
        "one_of": ("次のどれかを示してください: {choices}", "one of {choices}"),
        "does_not_fit": ("この値は使えません", "does not fit"),
        "bound_ge": ("({bound} 以上)", " ({bound} or more)"),
        "bound_gt": ("({bound} より大)", " (more than {bound})"),
        "bound_le": ("({bound} 以下)", " ({bound} or less)"),
        "bound_lt": ("({bound} 未満)", " (less than {bound})"),
        "yes": ("はい", "yes"),
        "no": ("いいえ", "no"),
        "none": ("(なし)", "(none)"),
        "nothing": ("なし", "nothing"),
        "and": ("、", ", "),
        "japan_time": ("(日本時間)", " (Japan time)"),
        "no_tasks": ("判断待ちはありません", "nothing waits for a person"),
        "no_rollouts": ("一斉変更はありません", "there are no rollouts"),
        "no_events": ("出来事はまだありません", "no events yet"),
        "nobody_found": ("該当するお客さまはいません", "nobody was found"),
        "no_history": ("まだ何も起きていません", "nothing has happened yet"),
        "nothing_ahead": ("これからの予定はありません", "nothing lies ahead"),
        "nothing_offered": ("送れる操作はありません", "there is nothing to send"),
        "beside": ("項目のある操作には {fields} も添えられます", "what takes fields takes {fields}, too"),
        "happened": ("起きたこと", "what happened"),
        "lies_ahead": ("これからの予定", "what lies ahead"),
        "voided": ("(取消済み)", " (voided)"),
        "unknown_kind": ("{kind}: {kinds} のどれか、または番号だけ", "{kind}: one of {kinds}, or the id alone"),
        "no_such_id": (
            "{id} という番号のものはありません。お名前などからは `keiyaku find` で探せます",
            "nothing has the id {id}; `keiyaku find` looks for people by name or number",
        ),
        "no_life": (
            "{id} には記録とわけがありません。あるのは契約、会員、交換です。`keiyaku show {id}` で見られます",
            "{id} has no history: contracts, memberships and exchanges have one. `keiyaku show {id}` shows it",
        ),
        "cannot_write": ("{file} に書けません: {why}", "{file} cannot be written: {why}"),
        "when_received": (
            "--received で届いた日時(または `now`)を示してください。省くのは --undo のときだけです",
            "--received says when the notice arrived (or `now`); it is left out with --undo only",
        ),
        "no_operation": (
            "{method} {path} という操作はありません。`keiyaku do ID` で一覧、/docs ですべてが見られます",
            "there is no {method} {path}: `keiyaku do ID` lists commands, /docs everything",
        ),
        "no_dry_run": (
            "{method} {path} に試し(--dry-run)はありません。何も送っていません",
            "{method} {path} knows no dry run; nothing was sent",
        ),
        "missing": ("足りない項目: {names}。項目: {signature}", "missing: {names}; it takes: {signature}"),
        "no_field": (
            "{word}: 項目は一度ずつ、名前=値 で示してください。項目: {signature}",
            "{word}: give each field once as name=value; it takes: {signature}",
        ),
        "no_parameter": (
            "{word}: 問い合わせの引数は一度ずつ、名前=値 で示してください(/docs にあるもの)",
            "{word}: give each parameter of the query once as name=value, as in /docs",
        ),
        "no_value": ("{name}: {value!r} は {kinds} ではありません", "{name}: {value!r} is no {kinds}"),
        "no_text": ("{word}: UTF-8 の文字ではありません", "{word}: this is no UTF-8 text"),
        "no_header": (
            "{name}: 空白を除く半角の英数字と記号で、1 から 255 文字にしてください。何も送っていません",
            "{name}: 1 to 255 printable ASCII characters without a space; nothing was sent",
        ),
        "no_answer": ("{url} から応答がありません({why})", "{url} does not answer ({why})"),
        "cannot_connect": ("接続できません", "cannot connect"),
        "timed_out": ("時間切れ", "timed out"),
        "broke_off": ("通信が途切れました", "the connection broke off"),
        "not_known": (
            "。届いたかどうかは分かりません。--idempotency-key {key} でもう一度送ってください",
            "; whether it was done is not known: repeat with --idempotency-key {key}",
        ),
        "repeat": (
            "。--idempotency-key {key} でもう一度送ってください",
            "; repeat with --idempotency-key {key}",
        ),
        "not_keiyaku": (
            "{url} の返事は {status} で、keiyaku のものではありません",
            "{url} answered {status}, and not as keiyaku does",
        ),
        "no_key": (
            "{url} でつなぐ先を示すときは、その鍵を {key} に入れてください",
            "{url} names a service: give its key in {key}",
        ),
        "no_service": (
            "{why}({url} と {key} でつなぐ先を示すこともできます)",
            "{why} (or name a service by {url} and {key})",
        ),
        "asking_again": (
            "{url} から応答がありません。続きから尋ね直します(Ctrl-C で終わります)",
            "{url} does not answer; asking again from where we are (Ctrl-C ends it)",
        ),
        "answers_again": ("応答が戻りました", "it answers again"),
        "go_on": (
            "続きは: keiyaku events --follow --after {cursor}",
            "go on: keiyaku events --follow --after {cursor}",
        ),
    }
)


PARSER: Pairs = MappingProxyType(
    {
        "DEPRECATED_STRING": ("(廃止予定) ", "(deprecated) "),
        "DEFAULT_STRING": ("[既定: {}]", "[default: {}]"),
        "ENVVAR_STRING": ("[環境変数: {}]", "[env var: {}]"),
        "REQUIRED_LONG_STRING": ("[必須]", "[required]"),
        "ARGUMENTS_PANEL_TITLE": ("引数", "Arguments"),
        "OPTIONS_PANEL_TITLE": ("オプション", "Options"),
        "COMMANDS_PANEL_TITLE": ("コマンド", "Commands"),
        "ERRORS_PANEL_TITLE": ("誤り", "Error"),
        "ABORTED_TEXT": ("中止しました。", "Aborted."),
    }
)
"""What stands in help around the words of a command, by the name that the parser's library has for it."""


def _written(name: str) -> dict[str, Any]:
    found: dict[str, Any] = written.read((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


FIELDS: Pairs = MappingProxyType({name: (ja, en) for name, (ja, en) in _written("fields").items()})
"""The names of fields."""

CODES: Mapping[str, Pairs] = MappingProxyType(
    {field: {code: (ja, en) for code, (ja, en) in codes.items()} for field, codes in _written("codes").items()}
)
"""Codes that only the commands print, by the field that holds them."""

REQUESTS: Mapping[str, Mapping[str, str]] = MappingProxyType(_written("requests"))
"""What can be asked of the service and the desk has no form for, by method and path."""
