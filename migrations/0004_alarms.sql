-- What is wrong with the desk itself, while it is, and of whom the operators have been told.

create table alarms (
  -- a check of readiness, or parked:<reason>
  cause text primary key,
  since bigint not null,
  -- looks in a row that say the opposite of what the operators know
  looks integer not null,
  looked_at bigint not null,
  told_at bigint
);

-- When the operators were told that this mail is parked.
alter table inbound_mails add column parked_told_at bigint;

-- What the brake on automatic mail counts.
create index outbox_braked on outbox (ended_at)
  where state = 'sent' and agent_id is null and kind not in ('response', 'alert');
