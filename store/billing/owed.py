"""What a contract owes by what is known now, item by item, and what of its statements is owed no more.

Named by its subject: a month's basic fee, a charge of a decision, NTT's charge of a month. The statement run writes the
difference; until it has, what will be taken back is neither unpaid nor overdue. What a decision tells of it beforehand
is `decisions.contract.money.moved`, of one state what this is of a page; what holds them together is named there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from rules.calendar import Month
from store.billing.prices import price_rows

CHARGE_CODES = ["termination_fee", "benefit_fee"]
"""Charges that decisions raise; the others are the run's own."""

CONTRACT = """
  select c.contract_id, e.seq, (e.state ->> 'service_start_on')::date as start_on,
    case when e.state ->> 'state' in ('ending', 'ended') then (e.state ->> 'end_on')::date end as end_on,
    e.state -> 'course_history' as history, e.state ->> 'course' as course,
    e.state -> 'fee_pauses' as pauses,
    left(coalesce(v.months ->> 'first', v.months ->> 'from'), 7) as void_from,
    left(coalesce(v.months ->> 'last', v.months ->> 'through'), 7) as void_through,
    exists (
      select from jsonb_each(coalesce(e.state -> 'waiver_requests', '{}')) w
      where coalesce(w.value ->> 'state', 'pending') = 'pending'
    ) as waiver_pending,
    (e.state ->> 'chapter')::int = 2 and e.state #>> '{payment_agency,state}' is not null
      and (e.state #>> '{payment_agency,state}' = 'on' or (e.state #>> '{payment_agency,since}')::date > :first_day)
      as agency
  from contract c join entity e on e.entity_id = 'contract/' || c.contract_id
  cross join lateral (
    -- Rows of earlier releases keep the months among `facts`.
    select coalesce(nullif(e.state -> 'voided_months', 'null'), e.state #> '{facts,voided_months}') as months
  ) v
"""
"""Contracts as the run looks at them; a condition follows."""

EXPECTED = """
known as materialized (
  select p.*, l.seq is distinct from p.seq as changed,
    greatest(
      date_trunc('month', p.start_on::timestamp)::date,
      i.month,
      case when l.seq = p.seq then (to_date(l.month, 'YYYY-MM') + interval '1 month')::date end
    ) as from_day
  from page p
  left join lateral (
    select s.seq, s.month from statement s where s.contract_id = p.contract_id order by s.month desc limit 1
  ) l on true
  left join lateral (
    select date_trunc('month', t.at at time zone 'Asia/Tokyo')::date as month
    from transition t
    where t.entity_id = 'contract/' || p.contract_id and t.seq = 1 and t.event like 'import%'
  ) i on true
), months as (
  select k.contract_id, k.history, k.course, m.day::date as first_day, to_char(m.day, 'YYYY-MM') as month
  from known k cross join lateral generate_series(
    k.from_day::timestamp, cast(:first_day as timestamp), interval '1 month'
  ) m(day)
  where k.start_on is not null
    and (k.end_on is null or (m.day::date <= k.end_on and k.start_on <= k.end_on))
    and (k.void_through is null
      or to_char(m.day, 'YYYY-MM') not between coalesce(k.void_from, '') and k.void_through)
    and not exists (
      select from jsonb_each(coalesce(k.pauses, '{}')) p
      where m.day::date > (p.value ->> 'opened_on')::date
        and m.day::date <= coalesce((p.value ->> 'closed_on')::date, 'infinity')
    )
), priced as (
  select m.contract_id, m.month, x.course, x.amount, x.tax, x.total, x.status, x.articles
  from months m
  left join lateral (
    select h.value ->> 'course' as course
    from jsonb_array_elements(m.history) with ordinality h(value, n)
    where (h.value ->> 'from_on')::date < (m.first_day + interval '1 month')::date
    order by (h.value ->> 'from_on')::date <= m.first_day desc,
      case when (h.value ->> 'from_on')::date <= m.first_day then (h.value ->> 'from_on')::date end desc,
      (h.value ->> 'from_on')::date,
      case when (h.value ->> 'from_on')::date <= m.first_day then h.n else -h.n end desc
    limit 1
  ) c on true
  join jsonb_to_recordset(cast(:prices as jsonb)) x(
    course text, from_month text, to_month text, amount int, tax int, total int, status text, articles jsonb
  ) on x.course = coalesce(c.course, m.course) and m.month between x.from_month and x.to_month
), expected as (
  select contract_id, 'monthly_basic:' || month as subject, 'monthly_basic' as code, month, amount, tax, total,
    null as charge_id, null as line_charge_id, course, status, articles, true as billable
  from priced
  union all
  select h.contract_id, 'charge:' || h.charge_id, h.code, null, h.amount, h.tax, h.total,
    h.charge_id, null, null, null, h.articles, not k.waiver_pending and (h.state = 'due' or exists (
      -- Paid once, given back since, and owed after all.
      select from statement_item i join statement_item r on r.reverses = i.item_id where i.charge_id = h.charge_id
    ))
  from charge h join known k using (contract_id)
  where h.code = any(:charge_codes) and not h.voided
    and (h.state in ('due', 'paid') or (k.waiver_pending and h.state <> 'planned'))
    and (h.due_on is null or h.due_on <= :due_on)
  union all
  select l.contract_id, 'line:' || l.line_charge_id, 'line_pass_through', l.month, l.amount, 0, l.amount,
    null, l.line_charge_id, null, l.code, l.articles, true
  from line_charge l join known k using (contract_id)
  where not l.direct and not l.voided and l.month <= :month
), active as (
  select i.* from statement_item i join known k using (contract_id)
  where i.reverses is null and (k.changed or i.code <> 'monthly_basic')
    and not exists (select from statement_item r where r.reverses = i.item_id)
), fallen as (
  select a.* from active a join known k on k.contract_id = a.contract_id and k.changed
  where not exists (
    select from expected x where x.contract_id = a.contract_id and x.subject = a.subject
      and (x.amount, x.tax) = (a.amount, a.tax)
  ) and (a.code <> 'monthly_basic' or to_date(a.month, 'YYYY-MM') <= :first_day)
), unasked as (
  select x.* from expected x
  where x.billable and not exists (
    select from active a where a.contract_id = x.contract_id and a.subject = x.subject
      and (a.amount, a.tax) = (x.amount, x.tax)
  )
)"""
"""After `page`, contracts: what they owe (`expected`), the items that stand (`active`), those owed no more (`fallen`),
and what they owe that no item asks for yet (`unasked`).

For a contract whose log has not moved since its last statement only the months after that statement are looked at; for
any other every month since it came to us is compared again.
"""

_OF_SOME = f"""
with page as materialized (
{CONTRACT}
  where c.contract_id = any(:contracts)
), {EXPECTED}
"""

PAST_DUE = f"""{_OF_SOME}
select statement_id, sum(total) as yen from fallen group by statement_id
"""


def no_longer_owed(session: Session, contracts: list[str], month: Month) -> dict[str, int]:
    """Yen of each statement that is owed no more, and that the next statement will take back.

    What a later statement has taken back already is no longer asked for: the accounts have settled it.

    Args:
        session: an open one.
        contracts: whose.
        month: the last month that may be billed by now.
    """
    return {row.statement_id: int(row.yen) for row in session.execute(text(PAST_DUE), _asked(contracts, month))}


TO_BILL = f"""{_OF_SOME}
select coalesce((select sum(total) from unasked), 0) - coalesce((select sum(total) from fallen), 0)
"""


def still_to_bill(session: Session, contract_id: str, month: Month) -> int:
    """Yen that the next statement of a contract asks for beyond what it takes back; none where it only gives back.

    Args:
        session: an open one.
        contract_id: an existing contract.
        month: the last month that may be billed by now.
    """
    return max(0, int(session.execute(text(TO_BILL), _asked([contract_id], month)).scalar_one()))


UNBILLED = f"""{_OF_SOME}
select exists (select from fallen) or exists (select from unasked)
"""


def unbilled(session: Session, contract_id: str, month: Month) -> bool:
    """Whether the next statement of a contract bills something or takes something back.

    Args:
        session: an open one.
        contract_id: an existing contract.
        month: the last month that may be billed by now.
    """
    return bool(session.execute(text(UNBILLED), _asked([contract_id], month)).scalar_one())


def _asked(contracts: list[str], month: Month) -> dict[str, Any]:
    return {
        "contracts": contracts,
        "first_day": month.first_day,
        "month": str(month),
        "due_on": month.plus(1).last_day,
        "prices": price_rows(month),
        "charge_codes": CHARGE_CODES,
    }
