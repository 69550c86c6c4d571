"""Rollouts as the interface shows them, and whom a planned one would reach."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from api.contracts.view import moment
from api.doors.problems import Problem
from api.doors.tasks import tasks_of
from models.messages.rollout import RolloutState, workflow_id
from models.tables.contract.contract import Contract
from models.tables.log import Entity
from models.tables.people import Note
from models.tables.rollout import Rollout, RolloutTarget
from rules.calendar import Month
from rules.courses import rollout
from rules.courses.course_catalogue import catalogue
from rules.dated import DatedError
from store.rollouts import counts, reached


def show(session: Session, rollout_id: str) -> dict[str, Any]:
    """One rollout and how far it is.

    Raises:
        Problem: 404.
    """
    row = session.get(Rollout, rollout_id)
    entity = session.get(Entity, workflow_id(rollout_id))
    if row is None or entity is None:
        raise Problem(404, "NOT_FOUND", "There is no rollout under this id.")
    state = RolloutState.model_validate(entity.state)
    note = session.get(Note, row.text_id) if row.text_id else None
    items = sorted(state.agenda.values(), key=lambda item: (item.at, item.item_id))
    return {
        **summary(session, row),
        "notice": note.text if note else None,
        "begun_at": moment(row.begun_at),
        "finished_at": moment(row.finished_at),
        "agenda": [
            {
                "on": item.on.isoformat(),
                "event": item.event,
                "label": item.label,
                "articles": item.articles,
                "undo_until": None,
            }
            for item in items
        ],
        "needs_operator": tasks_of(state),
    }


def summary(session: Session, row: Rollout) -> dict[str, Any]:
    """A rollout in a list. `planned` counts every contract selected, `remaining` those without an outcome yet."""
    by_state = counts(session, row.rollout_id)
    return {
        "rollout_id": row.rollout_id,
        "workflow_id": workflow_id(row.rollout_id),
        "kind": row.kind,
        "state": row.state,
        "courses": row.courses,
        "to_course": row.to_course,
        "announced_on": row.announced_on.isoformat(),
        "effective_on": row.effective_on.isoformat(),
        "articles": row.articles,
        "planned": sum(by_state.values()),
        "remaining": by_state.get("planned", 0),
        "done": by_state.get("done", 0),
        "skipped": by_state.get("skipped", 0),
        "failed": by_state.get("failed", 0),
    }


def outcomes(
    session: Session, rollout_id: str, state: str | None, after: str | None, size: int
) -> list[dict[str, Any]]:
    """What became of each contract, by contract id, after one exclusive."""
    query = select(RolloutTarget).where(col(RolloutTarget.rollout_id) == rollout_id)
    if state is not None:
        query = query.where(col(RolloutTarget.state) == state)
    if after is not None:
        query = query.where(col(RolloutTarget.contract_id) > after)
    rows = session.execute(query.order_by(col(RolloutTarget.contract_id)).limit(size)).scalars().all()
    return [
        {
            "contract_id": row.contract_id,
            "state": row.state,
            "from_course": row.from_course,
            "outcome": row.outcome or row.state,
            "detail": row.detail,
            "articles": row.articles or [],
            "done_at": moment(row.done_at),
            "noticed_at": moment(row.noticed_at),
        }
        for row in rows
    ]


class Preview:
    """Whom a rollout reaches and how, on the rows as they stand; nothing is written."""

    def __init__(
        self, kind: str, courses: list[str], to_course: str | None, announced_on: date, effective_on: date
    ) -> None:
        """Plan it, course by course.

        Raises:
            Refusal: those of `rules.courses.rollout.plan`.
        """
        self._kind = kind
        self._courses = list(dict.fromkeys(courses))
        self._to_course = to_course
        self._effective_on = effective_on
        self._articles = {
            code: list(rollout.plan(kind, [code], to_course, announced_on, effective_on).articles)
            for code in self._courses
        }

    def planned(self, session: Session) -> int:
        """How many contracts."""
        query = select(func.count()).select_from(Contract).where(reached(self._courses, self._effective_on))
        return int(session.execute(query).scalar_one())

    def groups(self, session: Session) -> list[dict[str, Any]]:
        """Counts by course and state, with what happens to them."""
        query = (
            select(col(Contract.course), col(Contract.state), func.count())
            .where(reached(self._courses, self._effective_on))
            .group_by(col(Contract.course), col(Contract.state))
            .order_by(col(Contract.course), col(Contract.state))
        )
        return [
            {"contracts": number, "state": state, **self._how(course)}
            for course, state, number in session.execute(query).tuples()
        ]

    def contracts(self, session: Session, after: str | None, size: int) -> list[dict[str, Any]]:
        """Each contract and what happens to it, by contract id, after one exclusive."""
        query = select(Contract).where(reached(self._courses, self._effective_on))
        if after is not None:
            query = query.where(col(Contract.contract_id) > after)
        rows = session.execute(query.order_by(col(Contract.contract_id)).limit(size)).scalars().all()
        entities = {
            entity.entity_id: entity.state["minimum_term"]
            for entity in session.execute(
                select(Entity).where(col(Entity.entity_id).in_([f"contract/{row.contract_id}" for row in rows]))
            ).scalars()
        }
        return [
            {
                "contract_id": row.contract_id,
                "state": row.state,
                **self._how(row.course),
                "minimum_term": entities.get(f"contract/{row.contract_id}"),
            }
            for row in rows
        ]

    def _how(self, course: str) -> dict[str, Any]:
        how: dict[str, Any] = {
            "from_course": course,
            "to_course": self._to_course,
            "from_on": self._effective_on.isoformat(),
            "articles": self._articles[course],
        }
        if self._kind == "discontinue":
            return {**how, "outcome": "choice_opened", "then": ["course_change", "cancel"]}
        if self._kind == "terms_change":
            return {**how, "outcome": "terms_changed", "minimum_term_unchanged": True, "fee": _NO_FEE}
        prices = {
            "before": _price(course, self._effective_on, -1),
            "after": _price(str(self._to_course), self._effective_on, 0),
        }
        return {
            **how,
            "outcome": "moved",
            "minimum_term_unchanged": True,
            "fee": _NO_FEE,
            "monthly_basic": prices,
        }


_NO_FEE = {"amount": 0, "tax": 0, "total": 0}


def _price(course: str, effective_on: date, months: int) -> dict[str, Any] | None:
    """The monthly basic fee, yen without tax; `sample` marks an amount the sources do not give."""
    price = catalogue().prices.get(course)
    if price is None:
        return None
    try:
        period = price.period(Month.of(effective_on).plus(months).first_day)
    except DatedError:
        return None
    return {"course": course, "amount": int(period.value), "sample": period.status == "sample"}
