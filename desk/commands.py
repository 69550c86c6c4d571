"""The forms of the desk: which request of the API each sends, with which fields. No rule: the door decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rules.explain.articles import Language

Input = Literal["text", "date", "moment", "month", "number", "select", "yes", "hidden"]

_COURSES = ("W2_FAMILY", "W2_MANSION", "COLLABO", "HIKARI_PLUS", "DOCOMO", "COMSYS", "ZENKO_A", "GIGA_ZENKO_A", "OTHER")


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    name: str
    ja: str
    en: str
    input: Input = "text"
    required: bool = True
    options: tuple[tuple[str, str, str], ...] = ()
    """Value, Japanese, English."""

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.ja if language == "ja" else self.en

    def shown(self, text: str, language: Language) -> str:
        """What was entered, as people read it; empty for an option that is named elsewhere."""
        if self.input in {"select", "yes"}:
            return next((ja if language == "ja" else en for value, ja, en in self.options if value == text), text)
        return text.replace("T", " ") if self.input == "moment" else text

    def read(self, text: str) -> Any:
        """The value as the API takes it; text that does not fit goes as it is, and the door says so."""
        if self.input == "moment":
            return f"{text}:00+09:00" if len(text) == 16 else text
        if self.input == "number":
            return int(text) if text.lstrip("-").isdecimal() and text.isascii() else text
        if self.input == "yes":
            return text == "true"
        return text


@dataclass(frozen=True)
class Form:
    """One request a person can make of a contract, a member or a person."""

    name: str
    ja: str
    en: str
    method: Literal["POST", "PUT", "DELETE"]
    path: str
    fields: tuple[Field, ...] = ()
    needs: str | None = None
    """The command that has to be among `allowed`; None: always offered."""
    roles: frozenset[str] = frozenset({"backoffice", "operator"})

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.ja if language == "ja" else self.en

    def body(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """The body from the fields that were filled in; None for a request without one."""
        if self.method == "DELETE":
            return None
        return {
            each.name: each.read(form[each.name].strip()) for each in self.fields if form.get(each.name, "").strip()
        }


OPERATOR = frozenset({"operator"})

_REASON = Field("reason", "理由", "Reason")
_NOTE = Field("reason", "文書番号・メモ", "Document reference, note", required=False)
_FOR = Field("on_behalf_of", "依頼者(本人以外のとき)", "On behalf of", required=False)
_CHANNEL = Field(
    "channel",
    "届出の方法",
    "Channel",
    "select",
    options=(("paper", "書面", "paper"), ("online", "オンライン", "online")),
)
_RECEIVED = Field("received_at", "到着・受付の日時", "Arrived at", "moment")
_TO_COURSE = Field(
    "to_course", "変更先コース", "New course", "select", options=tuple((each, "", "") for each in _COURSES)
)

CONTRACT: tuple[Form, ...] = (
    Form("cancellation", "解約の届出を入力", "Key in a cancellation", "POST", "/v1/contracts/{id}/cancellation",
         (_CHANNEL, _RECEIVED, Field("wanted_month", "希望月(後の月のとき)", "Wanted month", "month", required=False), _NOTE, _FOR),
         "cancel"),
    Form("undo-cancellation", "解約を取り消す", "Take the cancellation back", "DELETE", "/v1/contracts/{id}/cancellation", (),
         "undo_cancellation"),
    Form("course-change", "コース変更を入力", "Key in a course change", "POST", "/v1/contracts/{id}/course-changes",
         (_TO_COURSE, _CHANNEL, _RECEIVED, Field("change_on", "変更日", "Change date", "date", required=False), _NOTE),
         "request_course_change"),
    Form("undo-course-change", "コース変更を取り消す", "Take the course change back", "DELETE",
         "/v1/contracts/{id}/course-changes/pending", (), "undo_course_change"),
    Form("choice", "お客さまの選択を入力", "Key in the choice", "POST", "/v1/contracts/{id}/choice",
         (Field("choice", "選択", "Choice", "select", options=(
             ("continue", "継続", "continue"), ("course_change", "コース変更", "course change"), ("cancel", "解約", "cancel"))),
          Field("to_course", "変更先コース", "New course", "select", required=False, options=_TO_COURSE.options), _RECEIVED, _NOTE),
         "choose"),
    Form("waiver", "免除を決定する", "Decide on a waiver", "POST", "/v1/contracts/{id}/waivers",
         (Field("case", "場合", "Case", "select", options=(
             ("death", "契約者の死亡", "death"), ("line_name_change", "回線の名義変更", "line name change"),
             ("line_unusable", "回線の利用不能", "line unusable"))),
          Field("evidence", "証拠", "Evidence"), _REASON), "waive", OPERATOR),
    Form("waiver-request", "免除の申出を入力", "Key in a request for a waiver", "POST", "/v1/contracts/{id}/waiver-requests",
         (Field("case", "場合", "Case", "select", options=(
             ("death", "契約者の死亡", "death"), ("line_name_change", "回線の名義変更", "line name change"),
             ("line_unusable", "回線の利用不能", "line unusable"))),
          Field("evidence", "証拠", "Evidence"), _NOTE), "request_waiver"),
    Form("settlement", "判断待ちを確認済みにする", "Settle what waits", "POST", "/v1/contracts/{id}/settlements",
         (Field("why", "判断待ちのコード", "Code of the task"), _REASON), "settle_task", OPERATOR),
    Form("fee-decision", "費用を請求するか決める", "Decide about a fee", "POST", "/v1/contracts/{id}/fee-decision",
         (Field("charge_id", "料金の番号", "Charge"), Field("due", "請求", "Due", "yes", options=(
             ("true", "請求する", "due"), ("false", "請求しない", "not due"))), _REASON), "decide_fee", OPERATOR),
    Form("acceptance", "申込みを承諾する", "Accept the application", "POST", "/v1/contracts/{id}/acceptance", (_REASON,), "accept", OPERATOR),
    Form("refusal", "申込みを承諾しない", "Refuse the application", "POST", "/v1/contracts/{id}/refusal", (
        Field("reason_code", "根拠", "Ground", "select", options=(
            ("not_line_holder", "回線契約者ではない", "not the line holder"), ("operational", "業務上の支障", "operational"),
            ("general_terms", "利用規約", "general terms"))), _REASON), "refuse", OPERATOR),
    Form("service-start", "提供開始日を登録", "Enter the service start", "POST", "/v1/contracts/{id}/service-start",
         (Field("service_start_on", "提供開始日", "Service start", "date"), _NOTE), "start_service"),
    Form("withdrawal", "申込みの取下げを入力", "Key in a withdrawal", "POST", "/v1/contracts/{id}/withdrawal", (_RECEIVED, _NOTE), "withdraw"),
    Form("initial-cancellation", "初期契約解除を入力", "Key in an initial cancellation", "POST",
         "/v1/contracts/{id}/initial-cancellation",
         (Field("papers_received_on", "書面の受領日", "Papers received", "date"), Field("dispatched_on", "発信日", "Sent on", "date"),
          Field("then", "その後", "Then", "select", options=(
              ("end", "終了", "end"), ("W2_FAMILY", "ファミリー", "FAMILY"), ("W2_MANSION", "マンション", "MANSION"))), _NOTE),
         "initial_cancellation"),
    Form("payment", "入金を入力", "Enter a payment", "POST", "/v1/contracts/{id}/payments",
         (Field("statement_id", "請求書の番号", "Statement"), Field("paid_on", "入金日", "Paid on", "date"),
          Field("amount", "金額(円)", "Yen", "number"), _NOTE)),
    Form("correction", "誤った記録を訂正する", "Correct a wrong entry", "POST", "/v1/contracts/{id}/corrections",
         (Field("voids", "取り消す記録の番号", "Entry to undo", "number"), _REASON), "correct", OPERATOR),
    Form("inquiry", "お問い合わせを入力", "Key in an inquiry", "POST", "/v1/contracts/{id}/inquiries",
         (Field("topic", "種類", "Topic", "select", options=(("CONSTRUCTION_DATE", "工事日", "work date"), ("LINE_QUALITY", "回線の品質", "line quality"), ("LINE_DISPUTE", "回線の紛争", "dispute"))),
          Field("text", "内容", "Text")), "inquire"),
)  # fmt: skip

MEMBER: tuple[Form, ...] = (
    Form("leave", "退会を入力", "Key in leaving", "POST", "/v1/memberships/{id}/leave", (_RECEIVED, _NOTE), "leave"),
    Form("mail-consents", "メールの同意を変更", "Change mail consents", "PUT", "/v1/memberships/{id}/mail-consents",
         (Field("club", "クラブのメール", "Club", "yes", options=(("true", "希望する", "yes"), ("false", "希望しない", "no"))),
          Field("ntt_east", "NTT東日本のメール", "NTT East", "yes", options=(("true", "希望する", "yes"), ("false", "希望しない", "no")))),
         "set_mail_consents"),
)  # fmt: skip

PERSON = Form(
    "person", "連絡先・お名前を変更", "Change contact details or name", "PUT", "/v1/people/{id}",
    (Field("name", "お名前", "Name"), Field("name_kana", "フリガナ", "Kana", required=False), Field("email", "メール", "E-mail"),
     Field("phone", "電話番号", "Phone", required=False), Field("postal_code", "郵便番号", "Postal code", required=False),
     Field("address", "ご住所", "Address", required=False), _REASON, _FOR),
)  # fmt: skip


def offered(forms: tuple[Form, ...], allowed: list[str], role: str) -> list[Form]:
    """What the state and the role offer."""
    return [form for form in forms if role in form.roles and (form.needs is None or form.needs in allowed)]


def named(forms: tuple[Form, ...], name: str) -> Form | None:
    """A form by its name."""
    return next((form for form in forms if form.name == name), None)
