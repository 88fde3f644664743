-- The two tables of spec.md, and the machinery beside them. Times are Unix epoch milliseconds in bigint.

-- Now, by the clock that all processes of a desk share. Leases and due times are by it.
create function epoch_ms() returns bigint language sql stable parallel safe as
  $$ select (extract(epoch from statement_timestamp()) * 1000)::bigint $$;

create type ticket_status as enum ('open', 'in_process', 'closed');
create type ticket_feedback as enum ('satisfied', 'not_satisfied');

create table tickets (
  id bigint generated always as identity primary key,
  email text not null,
  created_time bigint not null,
  last_updated_on bigint not null,
  status ticket_status not null default 'open',
  query text not null,
  feedback ticket_feedback,
  last_response text,
  constraint last_response_belongs_to_closed check (last_response is null or status = 'closed'),
  constraint feedback_belongs_to_closed check (feedback is null or status = 'closed')
);
create index tickets_by_customer on tickets (lower(email));
create index tickets_waiting on tickets (last_updated_on) where status <> 'closed';
-- What AUTO_CLOSE_DAYS looks through, oldest first.
create index tickets_in_process on tickets (last_updated_on) where status = 'in_process';

create table responses (
  id bigint generated always as identity primary key,
  response_sent text not null,
  response_received text,
  ticket_id bigint not null references tickets (id),
  sent_time bigint not null,
  rec_time bigint,
  constraint answer_is_whole check ((response_received is null) = (rec_time is null))
);
create index responses_by_ticket on responses (ticket_id, sent_time desc, id desc);
-- For reports. BRIN costs a mail next to nothing, since rows come in the order of time.
create index tickets_by_creation on tickets using brin (created_time) with (pages_per_range = 16);
create index responses_by_time on responses using brin (sent_time) with (pages_per_range = 16);
create index responses_open_turn on responses (sent_time) where response_received is null;

create table agents (
  id bigint generated always as identity primary key,
  email text not null,
  name text not null default '',
  active boolean not null default true,
  created_at bigint not null
);
create unique index agents_by_address on agents (lower(email));

-- One row per IMAP folder. The lease fences: whoever writes must still hold the epoch it was given.
create table mailboxes (
  id bigint generated always as identity primary key,
  source text not null unique,
  -- the support address in small letters: one address is one identity, whatever server its mail was read from
  address text,
  uid_validity bigint,
  -- mail that arrived before this moment was there before the first start and is left alone
  sync_from bigint not null default 0,
  lease_holder text,
  lease_epoch bigint not null default 0,
  lease_until bigint not null default 0,
  last_good_poll_at bigint,
  last_error text,
  created_at bigint not null,
  -- 'date:size' of the mails that lay there at the first start with a date of sync_from or later
  old_mails text[] not null default '{}',
  -- how many mails lay there at the first start and were not taken (INITIAL_SYNC)
  left_alone bigint not null default 0
);

-- The processes that poll, so that each knows its share of the mailboxes.
create table pollers (
  holder text primary key,
  until bigint not null
);

-- How far a folder has been read, under each UIDVALIDITY it has had: a server that goes back to an old one is read on
-- from there. mailboxes.uid_validity names the present one.
create table mailbox_places (
  mailbox_id bigint not null references mailboxes (id),
  uid_validity bigint not null,
  last_uid bigint not null,
  -- UIDs up to last_uid that named no mail when we passed them: a mail may become visible there later
  holes int8multirange not null default '{}',
  -- UIDs of mails that are there and that the server has not handed out yet
  owed int8multirange not null default '{}',
  -- null for the first numbering; else mail older than this is known by its date and size, if we have stored such a one
  known_before bigint,
  opened_at bigint not null,
  primary key (mailbox_id, uid_validity)
);

create type disposition as enum (
  'ticket', 'answer', 'held', 'response', 'note', 'command', 'returned', 'third-party', 'link',
  'duplicate', 'loop', 'bounce', 'automatic', 'parked', 'discarded'
);

-- A stored raw message and its fate. disposition is null while the mail waits to be decided.
create table inbound_mails (
  id bigint generated always as identity primary key,
  mailbox_id bigint not null references mailboxes (id),
  uid_validity bigint not null,
  uid bigint not null,
  received_at bigint not null,
  stored_at bigint not null,
  size integer not null,
  raw bytea,
  raw_sha256 bytea,
  order_key text not null,
  message_id text,
  from_address text,
  from_name text,
  subject text,
  kind text,
  kind_reason text,
  disposition disposition,
  reason text,
  words text,
  -- the new words as they were formatted, in the small grammar of src/domain/mail/rich-words.ts; null where they are text alone
  words_html text,
  ticket_id bigint references tickets (id),
  response_id bigint references responses (id),
  agent_id bigint references agents (id),
  duplicate_of bigint references inbound_mails (id),
  attempts integer not null default 0,
  next_attempt_at bigint not null default 0,
  lease_until bigint not null default 0,
  decided_at bigint,
  -- the objections that an operator has set aside by accepting the mail
  set_aside text[] not null default '{}',
  -- when the operators were told that this mail is parked
  parked_told_at bigint,
  -- words out of turn: an agent's token with a higher id is of a mail that was written when these words were there
  token_before bigint,
  -- words out of turn: when an agent who had been shown them acted on the ticket, or an operator did
  seen_at bigint,
  -- to whom else it was openly addressed, in small letters; addresses of ours are left out
  copied text[] not null default '{}',
  -- when the bytes were removed on purpose, so that trace can say it and a mail that comes again does not bring them back
  raw_removed_at bigint,
  -- its person was erased: no words, no addresses
  erased_at bigint,
  constraint removed_bytes_are_gone check (raw_removed_at is null or raw is null),
  constraint erased_has_no_words check (erased_at is null or (raw is null and words is null and words_html is null and subject is null)),
  constraint one_row_per_message unique (mailbox_id, uid_validity, uid),
  constraint decided_has_reason check ((disposition is null) = (reason is null) and (disposition is null) = (decided_at is null))
);
alter table inbound_mails alter column raw set storage external;
create index inbound_waiting on inbound_mails (id) where disposition is null;
-- Mails of one sender that wait. No id is below 0: with that the claim says that it means this index and not the one above, through which it
-- would read all that waits once for each mail.
create index inbound_waiting_by_sender on inbound_mails (order_key, id) where disposition is null or id < 0;
create index inbound_by_message_id on inbound_mails (message_id) where message_id is not null;
create index inbound_by_ticket on inbound_mails (ticket_id) where ticket_id is not null;
-- Words out of turn that still wait for the desk.
create index inbound_unseen on inbound_mails (ticket_id) where token_before is not null and seen_at is null and words is not null;
create index inbound_by_sender on inbound_mails (order_key, stored_at);
create index inbound_parked on inbound_mails (id) where disposition = 'parked';
-- What RAW_RETENTION_DAYS looks through, oldest first.
create index inbound_with_bytes on inbound_mails (decided_at) where raw is not null and decided_at is not null;
-- For knowing a mail again after a change of UIDVALIDITY. BRIN, since mails come in the order of time.
create index inbound_by_arrival on inbound_mails using brin (mailbox_id, received_at);
-- One effect per inbound mail, and one mail per effect.
create unique index one_mail_opens_a_ticket on inbound_mails (ticket_id) where disposition = 'ticket';
create unique index one_mail_takes_a_turn on inbound_mails (response_id) where disposition = 'answer';
create unique index one_mail_is_a_response on inbound_mails (response_id) where disposition = 'response';
-- The mail of a response may have opened its ticket too.
create index inbound_by_response on inbound_mails (response_id) where response_id is not null;

-- What we have seen: a digest of the raw bytes, and one of Message-ID with content. The first mail to write it owns it.
create table inbound_seen (
  digest bytea primary key,
  inbound_id bigint not null references inbound_mails (id)
);

create table attachments (
  inbound_id bigint not null references inbound_mails (id) on delete cascade,
  position integer not null,
  filename text not null,
  content_type text not null,
  size integer not null,
  inline boolean not null,
  -- a picture that only the signature or the quoted history of the mail shows
  aside boolean not null,
  sha256 text not null,
  -- where it stands in the raw mail, in base64 as we write it too
  base64_from integer,
  base64_to integer,
  primary key (inbound_id, position)
);

-- The mail side of a ticket.
create table ticket_mail (
  ticket_id bigint primary key references tickets (id),
  mailbox_id bigint references mailboxes (id),
  subject text not null,
  first_message_id text,
  last_message_id text,
  assignee_id bigint references agents (id),
  locale text not null default 'en',
  follows_ticket_id bigint references tickets (id),
  closed_at bigint,
  closed_by text,
  spam boolean not null default false,
  -- when the ticket was last opened again: it waits for the desk from then on, however old its newest response is
  reopened_at bigint,
  -- when the customer said whether they are satisfied, and what they wrote into the field for it
  feedback_at bigint,
  feedback_words text,
  -- when somebody last acted on it who had proved who they are: what is counted for bounds on automatic mail starts anew then
  person_acted_at bigint
);
-- What the digest tells of the feedback of the last days.
create index ticket_mail_by_feedback on ticket_mail (feedback_at) where feedback_at is not null;

-- Whose move a ticket is. It is the desk's since the customer's first word after the newest response: an answer to it, or to an
-- older one whose turn was open still, or the ticket opened again; before any response since the ticket began. Words out of turn, of
-- the customer or of somebody else, make it the desk's too until an agent who was shown them acts: `unseen` counts them. Null is the
-- customer's. Of a closed ticket it says nothing.
create view ticket_moves as
select t.id as ticket_id, newest.id as newest_response_id, newest.sent_time, aside.unseen,
  case when newest.id is null then coalesce(m.reopened_at, t.created_time)
    else least(
      (select min(r.rec_time) from responses r
       where r.ticket_id = t.id and (r.id = newest.id or r.rec_time >= newest.sent_time)),
      case when m.reopened_at > newest.sent_time then m.reopened_at end,
      aside.since)
  end as desk_since
from tickets t
join ticket_mail m on m.ticket_id = t.id
left join lateral (select id, sent_time from responses r where r.ticket_id = t.id order by sent_time desc, id desc limit 1) newest
  on true
left join lateral (
  select count(*)::int as unseen, min(decided_at) as since from inbound_mails i
  where i.ticket_id = t.id and i.token_before is not null and i.seen_at is null and i.words is not null) aside
  on true;

-- For reports, which leave spam out.
create index ticket_mail_spam on ticket_mail (ticket_id) where spam;
create index ticket_mail_by_closing on ticket_mail using brin (closed_at) with (pages_per_range = 16);

create table notes (
  id bigint generated always as identity primary key,
  ticket_id bigint not null references tickets (id),
  agent_id bigint references agents (id),
  inbound_id bigint references inbound_mails (id),
  note text not null,
  created_at bigint not null
);
create index notes_by_ticket on notes (ticket_id);
create unique index one_note_per_mail on notes (inbound_id) where inbound_id is not null;

-- Who gets copies of a ticket's responses: by an agent's /cc only.
create table ticket_readers (
  ticket_id bigint not null references tickets (id),
  address text not null,
  added_by bigint references agents (id),
  added_at bigint not null,
  removed_at bigint
);
create unique index ticket_readers_once on ticket_readers (ticket_id, lower(address));
create index ticket_readers_by_address on ticket_readers (lower(address));

create type token_purpose as enum ('turn', 'ticket', 'reader', 'agent', 'close', 'satisfied', 'not-satisfied', 'reopen');

-- What a token means; the token itself is a keyed digest over this row, and its proof is stored nowhere.
create table reply_tokens (
  id bigint generated always as identity primary key,
  purpose token_purpose not null,
  ticket_id bigint not null references tickets (id),
  response_id bigint references responses (id),
  agent_id bigint references agents (id),
  seen_response_id bigint references responses (id),
  -- Whose reply address or links it stands in. No foreign key: all that is written at one time would wait for one row.
  mailbox_id bigint,
  created_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint,
  used_at bigint,
  constraint turn_names_its_response check ((purpose = 'turn') <= (response_id is not null)),
  constraint agent_token_names_its_agent check ((purpose = 'agent') = (agent_id is not null))
);
create index reply_tokens_by_ticket on reply_tokens (ticket_id);

create type audience as enum ('customer', 'agent', 'operator');
-- What keeps a mail from being sent: a bound on automatic mail (for good), the brake (for now), and so on; see HELD_BY in domain/ticket/outbox-item.ts.
create type held_by as enum ('per-ticket', 'per-recipient', 'per-domain', 'per-agent', 'muted', 'brake', 'erased');
-- Links to the read-only board, each for one agent or operator. The token is a keyed digest over the row and is stored nowhere.
create table board_links (
  id bigint generated always as identity primary key,
  agent_id bigint references agents (id),
  operator text,
  created_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint,
  constraint board_link_is_for_one_person check ((agent_id is null) <> (operator is null))
);
create index board_links_by_person on board_links (agent_id, lower(operator));

create type outbox_state as enum ('pending', 'claimed', 'sending', 'sent', 'failed', 'unknown', 'cancelled');

-- Each row obliges us to send one mail to one recipient. raw is built once, before the first attempt.
create table outbox (
  id bigint generated always as identity primary key,
  kind text not null,
  audience audience not null,
  ticket_id bigint references tickets (id),
  response_id bigint references responses (id),
  inbound_id bigint references inbound_mails (id),
  agent_id bigint references agents (id),
  token_id bigint references reply_tokens (id),
  recipient text not null,
  payload jsonb not null default '{}',
  -- who the desk is in it, and whose relay it goes out by; null is the first
  mailbox_id bigint,
  dedupe_key text unique,
  state outbox_state not null default 'pending',
  -- both without their proof (domain/ticket/stored-id.ts): whole they stand, sealed, in sealed_ids; raw is sealed too (mail/compose/sealed-mail.ts)
  message_id text unique,
  envelope_from text,
  sealed_ids bytea,
  raw bytea,
  attempts integer not null default 0,
  next_attempt_at bigint not null default 0,
  lease_until bigint not null default 0,
  created_at bigint not null,
  ended_at bigint,
  undelivered_at bigint,
  held_by held_by,
  last_error text,
  -- when the agents were told that it failed, or that its fate is unknown
  told_at bigint,
  -- when the bytes were removed on purpose
  raw_removed_at bigint,
  -- How often a mail could not be composed. Its age alone does not say that it was tried: the clock may have jumped, or
  -- nobody was there to try.
  compose_failures integer not null default 0,
  constraint removed_bytes_are_gone check (raw_removed_at is null or raw is null),
  constraint ended_has_time check ((state in ('sent', 'failed', 'unknown', 'cancelled')) = (ended_at is not null)),
  constraint held_is_not_sent check (held_by is null or state in ('pending', 'claimed', 'cancelled')),
  constraint sending_has_bytes check (state not in ('sending', 'sent', 'unknown') or message_id is not null)
);
alter table outbox alter column raw set storage external;
create index outbox_due on outbox (next_attempt_at, id) where state = 'pending';
create index outbox_leased on outbox (lease_until) where state in ('claimed', 'sending');
create index outbox_troubled on outbox (state) where state in ('unknown', 'failed');
-- What bounds kept back, for reports.
create index outbox_kept_back on outbox (created_at) where state = 'cancelled';
create index outbox_by_ticket on outbox (ticket_id) where ticket_id is not null;
create index outbox_by_recipient on outbox (lower(recipient), created_at);
-- What RAW_RETENTION_DAYS looks through, oldest first.
create index outbox_with_bytes on outbox (ended_at) where raw is not null and ended_at is not null;
-- The newest mail that a relay took, by mailbox; a row without one stands for itself.
create index outbox_sent on outbox (coalesce(mailbox_id, 0), id) where state = 'sent';

-- What the brake on automatic mail counts.
create index outbox_braked on outbox (ended_at)
  where state = 'sent' and audience = 'customer' and kind <> 'response';
-- What the bounds on automatic mail count by: the domain of who gets it, and the mailbox. Each has a condition, always true, that
-- only its own statement names. Without it the planner takes one for the other where it has no statistics, as on a new desk,
-- and reads all of the day.
create index outbox_by_domain on outbox (split_part(recipient, '@', 2), created_at)
  where audience = 'customer' and kind <> 'response' and created_at > 0;

-- Whose mailbox an address leads to, near enough to count by: what stands behind a plus sign is a tag (RFC 5233), and Gmail
-- looks at no dots. An address that begins with a plus sign, such as a telephone number, is left as it is. Mail is never
-- sent to what comes out.
create function mailbox_of(address text) returns text language sql immutable parallel safe as $$
  select case when untagged ~ '@(gmail|googlemail)\.com$'
    then replace(split_part(untagged, '@', 1), '.', '') || '@gmail.com' else untagged end
  from (select regexp_replace(lower(address), '^([^+@]+)\+[^@]*@', '\1@') as untagged) a
$$;

-- Open tickets of whoever writes. No id is below 0: with that a statement says which of the indexes of open tickets it means, since
-- Postgres, where it has counted no open ticket yet, takes any of them.
create index tickets_open_by_mailbox on tickets (mailbox_of(email)) where status <> 'closed' or id < 0;

create index outbox_by_mailbox on outbox (mailbox_of(recipient), created_at)
  where audience = 'customer' and kind <> 'response' and id > 0;

-- An attempt is written down before the network is touched; outcome is null while it runs, and after a crash.
create table outbox_attempts (
  id bigint generated always as identity primary key,
  outbox_id bigint not null references outbox (id) on delete cascade,
  number integer not null,
  started_at bigint not null,
  ended_at bigint,
  outcome text,
  server_reply text,
  constraint attempts_are_numbered unique (outbox_id, number)
);

-- What was found out about who sent a mail, under SENDER_TRUST=dkim, with the answers of DNS that it rests on: keys
-- rotate, and the verdict must still make sense when somebody asks later.
create table sender_checks (
  inbound_id bigint primary key references inbound_mails (id) on delete cascade,
  -- null while a failure of DNS is waited out
  verification text,
  reason text not null,
  tries integer not null,
  checked_at bigint not null,
  -- the Authentication of src/domain/mail/sender-check.ts
  findings jsonb not null,
  constraint verification_is_known check (verification in ('verified', 'unverified', 'failed'))
);

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

-- Tokens of a sign-in with OAuth2, one row per mailbox, by its address in small letters.
create table oauth_tokens (
  mailbox text primary key,
  -- access and refresh token under a key from SECRET; null while the first is being fetched
  sealed bytea,
  -- counts what was stored, so that a renewal never overwrites what came after it began
  version bigint not null default 0,
  -- of several processes one renews
  renewing_until bigint not null default 0,
  -- the provider said no, and in which words
  refused_at bigint,
  refusal text,
  -- only a person who signs in again helps; else it is tried again now and then
  login_needed boolean not null default false,
  updated_at bigint not null,
  constraint refusal_is_whole check ((refused_at is null) = (refusal is null) and (refused_at is not null or not login_needed))
);

create table suppressed_addresses (
  address text primary key,
  reason text not null,
  outbox_id bigint references outbox (id),
  since bigint not null
);

create type audit_action as enum (
  'opened', 'answered', 'responded', 'closed', 'reopened', 'feedback', 'feedback-words', 'assigned', 'moved', 'revoked', 'noted', 'used-answer', 'reader-added', 'reader-removed',
  'undelivered', 'failed', 'unknown', 'found-sent', 'resent', 'accepted', 'discarded', 'imported', 'erased'
);

create table audit_log (
  id bigint generated always as identity primary key,
  at bigint not null,
  ticket_id bigint references tickets (id),
  inbound_id bigint references inbound_mails (id),
  actor text not null,
  action audit_action not null,
  detail jsonb not null default '{}'
);
create index audit_by_ticket on audit_log (ticket_id) where ticket_id is not null;

-- The rules that must never break.

-- A response is written once and answered once. Only erasing a person (turnmail erase) may overwrite words.
create function responses_are_turns() returns trigger language plpgsql as $$
begin
  if current_setting('turnmail.erasing', true) = 'on' then
    return new;
  end if;
  if new.response_sent is distinct from old.response_sent or new.ticket_id <> old.ticket_id
     or new.sent_time <> old.sent_time then
    raise exception 'response % has been sent and cannot change', old.id using errcode = 'integrity_constraint_violation';
  end if;
  if old.response_received is not null
     and (new.response_received is distinct from old.response_received or new.rec_time is distinct from old.rec_time) then
    raise exception 'response % has been answered', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger responses_are_turns before update on responses for each row execute function responses_are_turns();

-- At commit: open means no response yet, in_process means at least one, and a closed ticket carries its newest response.
create function ticket_state_is_legal() returns trigger language plpgsql as $$
declare
  ticket tickets;
  newest text;
  responded boolean;
begin
  select * into ticket from tickets where id = new.id;
  if not found then
    return null;
  end if;
  select response_sent into newest from responses
    where ticket_id = ticket.id order by sent_time desc, id desc limit 1;
  responded := found;
  if ticket.status = 'open' and responded then
    raise exception 'ticket % is open but has a response', ticket.id using errcode = 'integrity_constraint_violation';
  elsif ticket.status = 'in_process' and not responded then
    raise exception 'ticket % is in process without a response', ticket.id using errcode = 'integrity_constraint_violation';
  elsif ticket.status = 'closed' and ticket.last_response is distinct from newest then
    raise exception 'ticket % is closed without its last response', ticket.id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create constraint trigger ticket_state_is_legal after insert or update on tickets
  deferrable initially deferred for each row execute function ticket_state_is_legal();

create function response_changes_its_ticket() returns trigger language plpgsql as $$
begin
  if exists (select from tickets where id = new.ticket_id and status <> 'in_process'
             and not (status = 'closed' and last_response is not distinct from
               (select response_sent from responses where ticket_id = new.ticket_id order by sent_time desc, id desc limit 1))) then
    raise exception 'response % does not fit the state of ticket %', new.id, new.ticket_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create constraint trigger response_changes_its_ticket after insert on responses
  deferrable initially deferred for each row execute function response_changes_its_ticket();

-- The audit log is append-only.
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  if current_setting('turnmail.erasing', true) = 'on' then
    return coalesce(new, old);
  end if;
  raise exception 'the audit log is append-only' using errcode = 'integrity_constraint_violation';
end $$;
create trigger audit_is_append_only before update or delete on audit_log
  for each row execute function audit_is_append_only();

-- Answers from the past. Closed tickets are grouped by their answer; for each answer we count in how many of its tickets
-- a feature (a word, a pair of words, a piece of a word, as a 32-bit hash; see src/decide/answers/rank/answer-features.ts) stands.
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

-- What answers weigh for a feature stands together, up to 256 answers in a row: learning a ticket changes as many rows as
-- it has features, and a look-up reads whole profiles at once. A feature that few answers hold stands in one row, its first,
-- however far apart their ids are; the first row of any other feature holds its totals (src/decide/answers/answer-blocks.ts).
create table answer_features (
  feature integer not null,
  -- id of the answer / 256; or -1: the feature's totals, only where it has several blocks
  block integer not null,
  -- see src/decide/answers/answer-blocks.ts
  entries bytea not null,
  primary key (feature, block)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
alter table answer_features alter column entries set storage external;

create table answer_totals (
  sole boolean primary key default true check (sole),
  features_version integer not null default 2,
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
  -- where in the response the words stand that may be sent again, and the places of what is personal in them
  passage jsonb not null,
  used_at bigint,
  primary key (ticket_id, number)
);
create index shown_answers_by_source on shown_answers (source_response_id);
create index shown_answers_used on shown_answers (used_at) where used_at is not null;
