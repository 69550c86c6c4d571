"""The SQL of the billing runs: what should be billed, compared with what is; only the difference is written.

What should be is told by `store.billing.owed`; whatever was decided late (an end, an initial cancellation, a course) is
put right on the next statement by reversing items.
"""

from __future__ import annotations

from store.billing.accounts import RECEIVED
from store.billing.owed import CONTRACT, EXPECTED


def _with_charge(state: str) -> str:
    """That a statement bills a charge in such a state, and nothing has taken it back."""
    return f"""exists (
    select from statement_item i join charge h on h.charge_id = i.charge_id and h.state = '{state}' and not h.voided
    where i.statement_id = s.statement_id and i.reverses is null
      and not exists (select from statement_item r where r.reverses = i.item_id)
  )"""


PREFIX = {
    "charge_paid": "settled",
    "charge_owed": "owed",
    "withdraw_payment_agency": "withdraw",
    "credit_left": "credit",
}
"""What the ids of the commands about statements begin with, before the statement's."""


def _turn(name: str) -> str:
    """How often a contract has been told such a thing of its statement, this time included: part of the command's id.

    Told again, as after a payment was taken back, it is another command; while it is on its way, the same.
    """
    prefix = PREFIX[name]
    return f"""(
    select 1 + count(*) from transition t
    where t.entity_id = 'contract/' || s.contract_id and t.because is null and position('#' in t.op) = 0
      and (t.op = '{prefix}/' || s.statement_id or starts_with(t.op, '{prefix}/' || s.statement_id || '/'))
  ) as turn"""


ISSUE = f"""
with page as materialized (
{CONTRACT}
  where c.contract_id > :after and not e.closed
  order by c.contract_id limit :size
), {EXPECTED}, proposed as (
  select contract_id, subject, code, month, amount, tax, total, null as reverses, charge_id, line_charge_id, course,
    status, articles
  from unasked
  union all
  select a.contract_id, a.subject, a.code, a.month, -a.amount, -a.tax, -a.total, a.item_id, a.charge_id,
    a.line_charge_id, a.course, a.price_status, a.articles
  from fallen a
), issued as (
  insert into statement (
    statement_id, contract_id, month, issued_at, due_on, state, amount, tax, total, combined, seq, settled_on
  )
  select p.contract_id || '-' || :month, p.contract_id, :month, :issued_at, :due_on,
    case when sum(p.total) > 0 then 'issued' else 'paid' end, sum(p.amount), sum(p.tax), sum(p.total),
    bool_or(k.agency and (k.end_on is null or k.end_on >= :first_day)), max(k.seq),
    case when sum(p.total) > 0 then null else cast(:issued_on as date) end
  from proposed p join known k using (contract_id)
  group by p.contract_id
  on conflict (contract_id, month) do nothing
  returning statement_id, contract_id
), written as (
  insert into statement_item (
    item_id, statement_id, contract_id, subject, code, month, amount, tax, total, taxable, reverses, charge_id,
    line_charge_id, course, price_status, articles
  )
  select i.statement_id || '-' || row_number() over (
      partition by p.contract_id order by p.reverses is null, p.month nulls last, p.subject
    ),
    i.statement_id, p.contract_id, p.subject, p.code, p.month, p.amount, p.tax, p.total,
    p.code <> all(cast(:untaxed as text[])), p.reverses, p.charge_id, p.line_charge_id, p.course, p.status, p.articles
  from proposed p join issued i using (contract_id)
  returning 1
)
select (select max(contract_id) from page) as last, (select count(*) from page) as contracts,
  (select count(*) from issued) as statements, (select count(*) from written) as items
"""
"""One page of contracts: their statements of the month, and nothing where there is one already."""

NEXT = """
select c.contract_id from contract c join entity e on e.entity_id = 'contract/' || c.contract_id
where c.contract_id > :after and not e.closed order by c.contract_id limit 1
"""
"""The first contract that the next page looks at."""

TO_BALANCE = """
select contract_id from statement
where total < 0 and contract_id > :after and contract_id <= :last
union
select s.contract_id from statement s
where s.month = :month and s.contract_id > :after and s.contract_id <= :last
  and exists (select from statement_item r where r.statement_id = s.statement_id and r.reverses is not null)
union
select s.contract_id
from statement s join statement_item i using (statement_id) join statement_item r on r.reverses = i.item_id
where s.settled_on is null and s.contract_id > :after and s.contract_id <= :last
"""
"""Contracts of a page of whose statements not each stands for itself: something gave money back, or took items back."""

SETTLED_CHARGES = f"""
select s.statement_id, s.contract_id, {_turn("charge_paid")}
from statement s
where s.settled_on is not null and {_with_charge("due")}
order by s.statement_id
"""
"""Statements paid in full whose charges do not say so yet: settled by a credit, or their door was cut off."""

BILLED_AGAIN = f"""
select s.statement_id, s.contract_id, s.turn
from (
  select s.*, {_turn("charge_owed")} from statement s
  where (s.month = :month or s.settled_on is null) and {_with_charge("paid")}
) s
where s.settled_on is null or s.turn = 1
order by s.statement_id
"""
"""Statements with a charge that was paid and is owed after all: billed again, or paid by what was needed elsewhere."""

CREDITS_LEFT = f"""
with billed as (
  select s.contract_id, max(s.statement_id) filter (where s.total < 0) as statement_id, sum(s.total) as yen
  from statement s
  where s.contract_id in (
    select n.contract_id from statement n join entity e on e.entity_id = 'contract/' || n.contract_id
    where n.total < 0 and not e.closed
  )
  group by s.contract_id
), stands as (
  select b.contract_id, b.statement_id, coalesce((
      select {RECEIVED} from payment where contract_id = b.contract_id
    ), 0) > b.yen and (
      c.state = 'ended' or (c.state = any(:in_force) and c.course <> all(:billed_here))
    ) as refund_due,
    e.state -> 'tasks' ? 'REFUND_DUE' as asked
  from billed b join contract c using (contract_id) join entity e on e.entity_id = 'contract/' || b.contract_id
)
select s.statement_id, s.contract_id, {_turn("credit_left")} from stands s
where s.refund_due <> s.asked
order by s.contract_id
"""
"""Contracts that a refund is due to and no operator asked of it, or the other way round (W-11.3, W-23.3).

A refund is due where the contractor is owed money and no statement of ours will use it any more.
"""

PAST_DUE = """
select s.statement_id, s.contract_id, s.total - coalesce((
    select sum(p.amount) from payment p where p.statement_id = s.statement_id
  ), 0) as owed, exists (
    select from statement_item i where i.statement_id = s.statement_id and i.charge_id is not null
  ) and exists (
    select from entity e, jsonb_each(coalesce(e.state -> 'waiver_requests', '{}')) w
    where e.entity_id = 'contract/' || s.contract_id and coalesce(w.value ->> 'state', 'pending') = 'pending'
  ) as suspended
from statement s
where s.settled_on is null and s.state = 'issued' and s.due_on < :on and s.statement_id > :after
order by s.statement_id limit :size
"""
"""One page of statements whose due date has passed unpaid; dunning rests while a waiver is asked for (A-36)."""

MARK_OVERDUE = """
update statement set state = 'overdue' where statement_id = any(:overdue) and settled_on is null
"""

UNPAID_COMBINED = f"""
select s.statement_id, s.contract_id, s.total - coalesce((
    select sum(p.amount) from payment p where p.statement_id = s.statement_id and p.paid_on <= s.due_on
  ), 0) - coalesce((
    select sum(i.total)
    from statement_item i join statement_item r on r.reverses = i.item_id
      join statement t on t.statement_id = r.statement_id
    where i.statement_id = s.statement_id and (t.issued_at at time zone 'Asia/Tokyo')::date > s.due_on
  ), 0) as owed, s.due_on, {_turn("withdraw_payment_agency")}
from statement s join contract c using (contract_id) join entity e on e.entity_id = 'contract/' || s.contract_id
where s.combined and s.due_on < :on and not e.closed
  and (c.payment_agency = 'on' or (e.state -> 'payment_agency' ->> 'since')::date > s.due_on + 1)
  and (s.settled_on is null or s.settled_on > s.due_on) and s.statement_id > :after
  and not exists (
    select from transition t where t.entity_id = 'contract/' || s.contract_id
      and starts_with(t.op, '{PREFIX["withdraw_payment_agency"]}/' || s.statement_id)
      and t.event = 'withdraw_payment_agency'
      and not exists (
        select from transition v where v.entity_id = t.entity_id and v.seq > t.seq and v.voids @> to_jsonb(t.seq)
      )
  )
order by s.statement_id limit :size
"""
"""Combined statements not paid by their due date, of contracts whose payment on behalf still ran then (W-24.3).

One that ended with the contract or for another statement later was in force then: a payment reversed since shows it.

What a statement issued after the due date has taken back was never to be paid. One for which it was withdrawn before is
left out, unless that has been voided: the owner may let a late payment restore it (A-43).
"""

LEFT_ALONE = """
select count(*) from statement s where s.settled_on is null and s.state = 'issued' and s.due_on < :on
"""
"""Statements past their due date that the run has left alone: a waiver is asked for, or nothing of it is owed now."""

OF_MONTH = """
select count(*) as statements, count(*) filter (where settled_on is null) as open from statement where month = :month
"""
"""What there is for a month, whichever attempt of the run wrote it."""

AWAITING_APPROVAL = """
select e.entity_id from contract c join entity e on e.entity_id = 'contract/' || c.contract_id
where c.needs_operator and not e.closed and e.state -> 'awaiting' <> '{}' order by e.entity_id
"""
"""Contracts of which something waits for an operator's approval; each of them has a task (X-05)."""
