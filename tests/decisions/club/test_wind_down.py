"""The club's calendar and its plan: what comes when, what a replacement moves, what a pause and a retry do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from decisions.engine import Outcome, Run
from decisions.membership.domain import MEMBERSHIP
from decisions.membership.parts import by_plan
from decisions.program.domain import PROGRAM
from models.messages.club.membership import ImportMember, MemberLine, MembershipState, PlanAnnounced
from models.messages.entity import Command, EffectDone
from models.messages.program import FLETS_CLUB, BeginProgram, ProgramState, ReplacePlan
from pages.program import render
from rules.calendar import JST, Month
from rules.club import club_runs
from rules.club.program import notice_plan, plan_of
from tests.given import Standing, looked_up

PLAN = notice_plan().as_json()

SOONER = {
    "announced_on": "2023-06-20",
    "registration_ends_on": "2023-08-31",
    "last_grant_month": "2023-09",
    "points_redated": {"granted_from": "2023-04-01", "granted_to": "2023-09-30", "expires_on": "2024-06-30"},
    "ends_on": "2024-06-30",
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00").replace(tzinfo=JST)


def run(state: dict[str, Any] | None, moment: str, name: str | None = None, command: Command | None = None) -> Outcome:
    made = Run(PROGRAM, state or ProgramState().model_dump(mode="json"), at(moment), standing=None)
    if name is None or command is None:
        made.carry_out_due(at(moment))
    else:
        op = f"{name}/{moment}/{made.outcome.state['seq']}"
        made.command(name, command.model_copy(update={"op": op}))
    return made.outcome


def begun(moment: str = "2023-06-01T09:00:00") -> dict[str, Any]:
    return run(None, moment, "begin", BeginProgram(code=FLETS_CLUB)).state


def ahead(state: dict[str, Any]) -> dict[str, str]:
    return {key: item["on"] for key, item in state["agenda"].items()}


def replaced(state: dict[str, Any], moment: str, plan: dict[str, Any]) -> Outcome:
    return run(state, moment, "replace_plan", ReplacePlan(plan=plan))


def finished(state: dict[str, Any], item_id: str, moment: str, **data: int) -> dict[str, Any]:
    return run(state, moment, "effect_done", EffectDone(item_id=item_id, data=data)).state


# --- the calendar ------------------------------------------------------------------------------------------------


def test_a_new_programme_carries_the_plan_of_the_notice() -> None:
    """Begun in June 2023: May is booked on 06-10, the announcement is ahead, and every other date of the plan."""
    state = begun()
    assert state["plan"] == PLAN
    assert ahead(state) == {
        "book_monthly_points": "2023-06-10",
        "expire_points": "2024-04-01",
        "remind_expiring": "2024-03-01",
        "announce_wind_down": "2023-07-01",
        "advise_end": "2025-03-01",
        "end_memberships": "2025-04-01",
        "advise_reversion": "2025-04-16",
    }
    assert state["agenda"]["book_monthly_points"]["data"]["period"] == "2023-05"


def test_one_begun_after_the_announcement_tells_whoever_is_there_at_once() -> None:
    """Begun in 2024: nothing is booked any more, and the plan is announced in the first moment."""
    state = begun("2024-02-01T09:00:00")
    assert "book_monthly_points" not in state["agenda"]
    assert state["agenda"]["announce_wind_down/2023-07-01"]["effect"] == "announce_wind_down"


def test_one_begun_after_the_end_has_nothing_ahead_but_storage() -> None:
    """Begun on 2025-04-02: only the capacity still reverts."""
    assert ahead(begun("2025-04-02")) == {"advise_reversion": "2025-04-16"}


def test_the_last_usage_month_is_the_last_one_booked() -> None:
    """M-02.4: November is booked in December; nothing follows."""
    state = run(begun(), "2023-12-10").state
    assert state["agenda"]["book_monthly_points/2023-11"]["data"]["period"] == "2023-11"
    assert "book_monthly_points" not in state["agenda"]
    assert not any(key.endswith("2023-12") for key in state["agenda"])


@pytest.mark.parametrize(
    ("on", "last"),
    [
        ("2023-04-01", "2024-03-31"),
        ("2024-03-31", "2024-03-31"),
        ("2024-04-01", "2025-03-31"),
        ("2025-03-31", "2025-03-31"),
        ("2025-04-01", None),
    ],
)
def test_the_next_day_on_which_points_can_expire(on: str, last: str | None) -> None:
    """M-04.1 to M-04.5: every March 31 through the programme end; nothing outlives it."""
    found = club_runs.next_expiry(date.fromisoformat(on), notice_plan())
    assert (found.isoformat() if found else None) == last


def test_a_plan_that_ends_inside_a_fiscal_year_has_its_own_expiry() -> None:
    """M-04.5: every lot lapses with the end, whatever day that is."""
    assert club_runs.next_expiry(date(2024, 4, 1), plan_of(SOONER)) == date(2024, 6, 30)


@pytest.mark.parametrize(("on", "month"), [("2023-12-10", "2023-11"), ("2023-12-11", None), ("2023-12-09", "2023-11")])
def test_the_next_usage_month_that_is_booked(on: str, month: str | None) -> None:
    """M-02.4: booked on the 10th; the day after, the next one, and after November none."""
    found = club_runs.next_booking(date.fromisoformat(on), notice_plan())
    assert (str(found) if found else None) == month


def test_the_capacity_is_watched_after_the_end_as_long_as_a_service_keeps_it() -> None:
    """M-07.7: with somebody kept the run goes on a month later, with nobody it does not."""
    state = run(begun("2025-04-02"), "2025-04-16").state
    assert "advise_reversion" not in state["agenda"]
    assert "advise_reversion" not in finished(state, "advise_reversion/2025-04", "2025-04-16", kept=0)["agenda"]
    assert ahead(finished(state, "advise_reversion/2025-04", "2025-04-16", kept=1))["advise_reversion"] == "2025-05-17"


# --- the plan ----------------------------------------------------------------------------------------------------


def test_a_replacement_moves_every_date_ahead() -> None:
    """M-08.4: announced, booked, reminded and ended by the new plan."""
    state = replaced(begun(), "2023-06-01T10:00:00", SOONER).state
    found = ahead(state)
    assert found["announce_wind_down"] == "2023-06-20"
    assert found["advise_end"] == "2024-05-31"
    later = run(state, "2023-09-10").state
    assert "book_monthly_points" not in later["agenda"], "August is the last month of this plan"


@pytest.mark.parametrize(
    ("moment", "plan", "code"),
    [
        ("2023-07-01", SOONER, "PLAN_IN_EFFECT"),
        ("2023-06-21", SOONER, "ANNOUNCED_IN_THE_PAST"),
        ("2023-06-01T10:00:00", {**PLAN, "ends_on": "2023-07-30"}, "NOTICE_TOO_SHORT"),
        ("2023-06-01T10:00:00", {**PLAN, "ends_on": "2024-12-31"}, "PLAN_OUT_OF_ORDER"),
        ("2023-06-01T10:00:00", {"ends_on": "2024-12-31"}, "MALFORMED_PLAN"),
        ("2023-06-01T10:00:00", {**PLAN, "ends_on": 3}, "MALFORMED_PLAN"),
    ],
)
def test_what_may_not_replace_the_plan(moment: str, plan: dict[str, Any], code: str) -> None:
    """Not once it is announced, not into the past, not within 30 days, not in disorder."""
    refused = replaced(run(begun(), moment).state, moment, plan).refused
    assert refused is not None
    assert (refused.status, refused.code) == (422, code)


def test_the_last_day_before_the_announcement_is_still_open() -> None:
    """M-08.4: on 06-30 the plan may be replaced by one announced on the same day."""
    state = run(begun(), "2023-06-30T23:59:59").state
    outcome = replaced(state, "2023-06-30T23:59:59", {**PLAN, "announced_on": "2023-06-30"})
    assert outcome.refused is None
    assert "announce_wind_down/2023-06-30" in outcome.state["agenda"], "announced at once"


def test_the_same_plan_again_changes_nothing() -> None:
    """Even after the announcement; the answer says so."""
    state = run(begun(), "2023-08-01").state
    outcome = replaced(state, "2023-08-01", PLAN)
    assert outcome.answer is not None
    assert outcome.answer.decision["outcome"] == "unchanged"
    assert outcome.state["agenda"] == state["agenda"]


def test_another_programme_has_no_such_plan() -> None:
    """Statements do not wind down."""
    state = run(None, "2023-06-01", "begin", BeginProgram(code="wakwak-billing")).state
    refused = replaced(state, "2023-06-01T10:00:00", SOONER).refused
    assert refused is not None
    assert refused.status == 409


def test_a_plan_replaced_while_held_keeps_what_is_due() -> None:
    """The month missed during the pause is booked on resuming, by the new calendar otherwise."""
    held = run(begun(), "2023-06-02", "pause", Command()).state
    state = replaced(held, "2023-06-12", SOONER).state
    assert state["agenda"] == {}
    resumed = run(state, "2023-06-12", "resume", Command()).state
    assert resumed["agenda"]["book_monthly_points/2023-05"]["effect"] == "book_monthly_points"
    assert ahead(resumed)["announce_wind_down"] == "2023-06-20"


# --- pages, pauses, failures -------------------------------------------------------------------------------------


def test_a_page_is_followed_by_the_next_and_counts_add_up() -> None:
    """A run that leaves more to do goes on under another name; its counts are those of all pages."""
    state = run(begun(), "2023-07-01").state
    first = finished(state, "announce_wind_down/2023-07-01", "2023-07-01", lots=40, more=1)
    assert first["agenda"]["announce_wind_down/2023-07-01#2"]["data"]["page"] == 2
    second = finished(first, "announce_wind_down/2023-07-01#2", "2023-07-01", more=1)
    third = finished(second, "announce_wind_down/2023-07-01#3", "2023-07-01", told=1_000)
    assert third["runs"]["announce_wind_down"]["counts"] == {"lots": 40, "told": 1_000}
    assert not any(key.startswith("announce") for key in third["agenda"])


def test_workflows_are_told_once_the_announcement_is_recorded() -> None:
    """The run that tells them is under way with the last page's record, also when that ends a day late."""
    state = run(begun(), "2023-07-01").state
    woken = finished(state, "announce_wind_down/2023-07-01", "2023-07-02", told=3)
    item = woken["agenda"]["wake_memberships/2023-07-01"]
    assert (item["effect"], item["at"]) == ("wake_memberships", "2023-07-02T00:00:00+09:00")
    last = finished(woken, "wake_memberships/2023-07-01", "2023-07-02", woken=3)
    assert last["runs"]["wake_memberships"]["counts"] == {"woken": 3}
    assert not any(key.startswith("wake") for key in last["agenda"])


def test_a_pause_takes_effect_after_the_page() -> None:
    """The page under way is finished, the next one waits for the resumption."""
    state = run(begun(), "2023-07-01").state
    paused = run(state, "2023-07-01", "pause", Command()).state
    assert set(paused["agenda"]) == {"announce_wind_down/2023-07-01", "book_monthly_points/2023-05"}
    stopped = finished(paused, "announce_wind_down/2023-07-01", "2023-07-01", more=1)
    assert not any(key.startswith("announce") for key in stopped["agenda"])
    resumed = run(stopped, "2023-07-05", "resume", Command()).state
    assert resumed["agenda"]["announce_wind_down/2023-07-01#2"]["effect"] == "announce_wind_down"


def test_members_who_could_not_be_told_wait_for_an_operator() -> None:
    """A failure is a task; holding and resuming tries them again."""
    state = run(begun(), "2023-07-01").state
    failed = finished(state, "announce_wind_down/2023-07-01", "2023-07-01", told=9, failed=1)
    assert list(failed["tasks"]) == ["MEMBERS_NOT_TOLD"]
    assert "告知できなかった会員" in render(ProgramState.model_validate(failed))
    paused = run(failed, "2023-07-02", "pause", Command()).state
    resumed = run(paused, "2023-07-02", "resume", Command()).state
    again = [item for item in resumed["agenda"].values() if item["event"] == "announce_wind_down"]
    assert [(item["effect"], item["data"]["retry"]) for item in again] == [("announce_wind_down", True)]
    assert resumed["tasks"] == {}


def test_what_a_run_could_not_even_note_is_the_programmes_task_and_it_goes_on() -> None:
    """One row costs no other run its day: the month is done, and an operator reads of it where the rows say nothing."""
    state = run(begun(), "2023-11-10").state
    done = finished(state, "book_monthly_points/2023-10", "2023-11-10", granted=9, failed=1, unnoted=1)
    assert list(done["tasks"]) == ["ROWS_LEFT_OUT"]
    assert "処理も記録もできなかったもの 1" in render(ProgramState.model_validate(done))
    assert done["agenda"]["book_monthly_points"]["data"]["period"] == "2023-11"
    assert "book_monthly_points/2023-10" not in done["agenda"]


def test_a_month_that_came_too_late_to_be_booked_is_a_task() -> None:
    """M-02.5: rejected members need adjustments; with none rejected there is no task."""
    state = run(begun(), "2023-12-10").state
    assert list(finished(state, "book_monthly_points/2023-11", "2024-01-02", rejected=3)["tasks"]) == [
        "POINTS_NOT_BOOKED"
    ]
    assert finished(state, "book_monthly_points/2023-11", "2023-12-10", granted=3)["tasks"] == {}


# --- the end of all ----------------------------------------------------------------------------------------------


def test_the_end_of_all_comes_before_the_expiry_of_what_is_left() -> None:
    """M-07.1: in the first moment of 2025-04-01 both are begun, and the workflow takes the end first."""
    state = ProgramState.model_validate(run(begun("2025-03-20"), "2025-04-01").state)
    effects = sorted((item for item in state.agenda.values() if item.effect), key=lambda each: (each.at, each.item_id))
    assert [item.event for item in effects if item.on == date(2025, 4, 1)] == ["end_memberships", "expire_points"]


def test_workflows_are_told_once_all_have_ended() -> None:
    """The run that wakes them follows at once, and nothing after it."""
    state = run(begun("2025-03-20"), "2025-04-01").state
    after = finished(state, "end_memberships/2025-03-31", "2025-04-01T00:01:00", ended=9, left=1)
    assert after["agenda"]["wake_ended/2025-03-31"]["effect"] == "wake_ended"
    told = finished(after, "wake_ended/2025-03-31", "2025-04-01T00:02:00", woken=10)
    assert not any(key.startswith(("end_memberships", "wake_ended")) for key in told["agenda"])
    page = render(ProgramState.model_validate(told))
    assert all(said in page for said in ("終了 9", "個別に終了 1"))


def test_a_calendar_of_an_earlier_release_gets_the_end_with_the_last_advice() -> None:
    """Begun before there was such a run: put there when members are advised, once."""
    state = begun()
    state["agenda"] = {key: item for key, item in state["agenda"].items() if key != "end_memberships"}
    advised = run(state, "2025-03-01").state
    after = finished(advised, "advise_end/2025-03-31", "2025-03-01", letters=3)
    assert ahead(after)["end_memberships"] == "2025-04-01"
    kept = finished(run(begun(), "2025-03-01").state, "advise_end/2025-03-31", "2025-03-01", letters=3)
    assert ahead(kept)["end_memberships"] == "2025-04-01"


def test_another_plan_moves_the_end_of_all() -> None:
    """M-08.4: to the day after the new last one."""
    assert ahead(replaced(begun(), "2023-06-02T09:00:00", SOONER).state)["end_memberships"] == "2024-07-01"


# --- one membership ----------------------------------------------------------------------------------------------


def test_the_announcement_moves_the_end_and_closes_renewals_after_the_last_cohort() -> None:
    """M-06.3, M-03.8: the plan in force decides both."""
    line = MemberLine(
        service_type="NEXT_FAMILY",
        service_class="FAMILY",
        in_use_since=date(2019, 1, 1),
        ninen_wari_started_on=date(2021, 11, 1),
    )
    command = ImportMember(op="i", member_id="M1", line_key="L1", registered_on=date(2020, 1, 1), line=line)
    entered = Run(
        MEMBERSHIP,
        MembershipState().model_dump(mode="json"),
        at("2023-06-01"),
        facts=looked_up(MEMBERSHIP, "import", {}),
        standing=Standing(),
    )
    entered.command("import", command)
    state = MembershipState.model_validate(entered.outcome.state)
    assert state.renewals["2023-10"].state == "open"

    told = Run(MEMBERSHIP, entered.outcome.state, at("2023-06-20"), standing=Standing(program=plan_of(SOONER)))
    told.command("plan_announced", PlanAnnounced(op="a", announced_on=date(2023, 6, 20)))
    state = MembershipState.model_validate(told.outcome.state)
    assert state.agenda["end"].on == date(2024, 6, 30)
    assert state.renewals["2023-10"].state == "after_last_cohort"
    assert "renewal_2023-10" not in state.agenda


def test_the_page_of_the_programme_says_the_plan_and_what_is_ahead() -> None:
    """In Japanese: plan, dates ahead, updates allowed."""
    page = render(ProgramState.model_validate(begun()))
    for text in ("フレッツ光メンバーズクラブ", "提供終了日", "2025年3月31日", "提供終了の告知", "replace_plan"):
        assert text in page
    assert Month.of(date(2023, 12, 1)) == notice_plan().last_grant_month


def test_the_page_of_the_programme_says_how_far_a_plan_has_come_to_the_members() -> None:
    """M-08.4: their own pages show what they were told last, until the announcement has reached them."""

    def page(state: dict[str, Any]) -> str:
        return render(ProgramState.model_validate(state))

    planned = replaced(begun(), "2023-06-02T09:00:00", SOONER).state
    assert "2023年6月20日 の告知で伝えます" in page(planned)
    held = Run(PROGRAM, planned, at("2023-06-03"), standing=None)
    held.command("pause", Command(op="p"))
    assert "2023年6月20日 の告知で伝えます" in page(held.outcome.state)
    begins = run(planned, "2023-06-20").state
    assert "伝えている途中です" in page(begins)
    told = finished(begins, "announce_wind_down/2023-06-20", "2023-06-20T01:00:00", told=3)
    assert "伝えている途中です" in page(told)
    woken = run(told, "2023-06-20T01:00:00").state
    assert "伝えている途中です" in page(woken)
    assert "| 会員への反映　| 済み |" in page(
        finished(woken, "wake_memberships/2023-06-20", "2023-06-20T01:01:00", woken=3)
    )


def test_a_read_has_the_end_of_the_plan_before_it_is_announced() -> None:
    """M-07.1, M-08.4: a replaced plan moves the shown end at once; who has lost the line or has ended keeps the own."""
    line = MemberLine(service_type="NEXT_FAMILY", service_class="FAMILY", in_use_since=date(2019, 1, 1))
    command = ImportMember(member_id="M1", line_key="L1", registered_on=date(2020, 1, 1), line=line)
    made = Run(
        MEMBERSHIP,
        MembershipState().model_dump(mode="json"),
        at("2023-06-01"),
        facts=looked_up(MEMBERSHIP, "import", {}),
        standing=Standing(),
    )
    made.command("import", command.model_copy(update={"op": "import", "at": at("2023-06-01")}))
    state = MembershipState.model_validate(made.outcome.state)
    sooner = plan_of(SOONER)
    item = by_plan(state, sooner, at("2023-06-02")).agenda["end"]
    told = Run(MEMBERSHIP, made.outcome.state, at("2023-06-20"), standing=Standing(program=sooner))
    told.command("plan_announced", PlanAnnounced(op="told", at=at("2023-06-20"), announced_on=date(2023, 6, 20)))
    announced = MembershipState.model_validate(told.outcome.state).agenda["end"]
    assert item.model_dump(exclude={"caused_by"}) == announced.model_dump(exclude={"caused_by"})
    assert by_plan(state, notice_plan(), at("2023-06-02")) is state
    assert by_plan(state, sooner, at("2025-04-01")) is state, "what is due is decided, not shown"
