-- Answers from the past. Closed tickets are grouped by their answer; for each answer we count in how many of its tickets
-- a feature (a word, a pair of words, a piece of a word, as a 32-bit hash; see src/decide/answers/answer-features.ts) stands.
-- A ticket weighs in halves: 2, or 3 where its customer was satisfied; one whose customer was not is not learned.
-- Needs no extension.

create table answers (
  id integer generated always as identity primary key,
  -- SHA-256 of the normalised answer
  digest bytea not null unique,
  -- sum over its tickets of their weight, and of weight times number of features
  weight bigint not null default 0,
  mass bigint not null default 0
);

create table answer_features (
  feature integer not null,
  answer_id integer not null,
  weight integer not null,
  primary key (feature, answer_id) include (weight)
);
alter table answer_features set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);

-- The same over all answers: how heavy a feature is, and in how many answers it stands.
create table answer_feature_totals (
  feature integer primary key,
  weight bigint not null,
  answers integer not null
) with (fillfactor = 80);

create table answer_totals (
  sole boolean primary key default true check (sole),
  features_version integer not null default 1,
  tickets bigint not null default 0,
  weight bigint not null default 0,
  mass bigint not null default 0,
  features bigint not null default 0
);
insert into answer_totals default values;

-- What was learned from a ticket, so that it can be unlearned exactly.
create table answer_tickets (
  ticket_id bigint primary key references tickets (id),
  answer_id integer not null references answers (id),
  weight smallint not null,
  closed_at bigint not null,
  -- 32-bit integers, little-endian
  features bytea not null
);
alter table answer_tickets alter column features set storage external;
create index answer_tickets_by_answer on answer_tickets (answer_id, closed_at desc, ticket_id desc);

-- Tickets whose lesson may have changed. Only ever appended to by the transaction that changes a ticket, so that learning
-- can neither hold it up nor fail it; the sweep looks at each ticket as it is by then.
create table answers_to_learn (
  id bigint generated always as identity primary key,
  ticket_id bigint not null
);

create function ticket_is_a_lesson() returns trigger language plpgsql as $$
begin
  insert into answers_to_learn (ticket_id) values (new.id);
  return null;
end $$;
create trigger closed_ticket_is_a_lesson after insert on tickets
  for each row when (new.status = 'closed') execute function ticket_is_a_lesson();
create trigger changed_ticket_is_a_lesson after update on tickets
  for each row when ((old.status, old.feedback, old.last_response, old.query)
    is distinct from (new.status, new.feedback, new.last_response, new.query)
    and (old.status = 'closed' or new.status = 'closed')) execute function ticket_is_a_lesson();
insert into answers_to_learn (ticket_id) select id from tickets where status = 'closed';

-- How a desk's own tickets would have fared: the numbers by which evidence becomes a score, and the score below which
-- nothing is shown. The newest row counts.
create table answer_calibrations (
  id bigint generated always as identity primary key,
  made_at bigint not null,
  tickets bigint not null,
  gate jsonb not null
);

-- What the agents were shown for a ticket, the same to all of them, and which one was sent. The wording is that of the
-- response, which never changes. A ticket without rows in shown_answers was looked at and nothing fitted.
create table answer_showings (
  ticket_id bigint primary key references tickets (id),
  shown_at bigint not null
);
create table shown_answers (
  ticket_id bigint not null references answer_showings (ticket_id) on delete cascade,
  number smallint not null,
  answer_id integer not null,
  source_response_id bigint not null references responses (id),
  score real not null,
  used_at bigint,
  primary key (ticket_id, number)
);
create index shown_answers_by_source on shown_answers (source_response_id);
