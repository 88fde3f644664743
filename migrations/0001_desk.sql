-- The two tables of spec.md, and the machinery beside them. Times are Unix epoch milliseconds in bigint.

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
  uid_validity bigint,
  last_uid bigint not null default 0,
  -- mail that arrived before this moment was there before the first start and is left alone
  sync_from bigint not null default 0,
  lease_holder text,
  lease_epoch bigint not null default 0,
  lease_until bigint not null default 0,
  last_good_poll_at bigint,
  last_error text,
  created_at bigint not null
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
  ticket_id bigint references tickets (id),
  response_id bigint references responses (id),
  agent_id bigint references agents (id),
  duplicate_of bigint references inbound_mails (id),
  attempts integer not null default 0,
  next_attempt_at bigint not null default 0,
  lease_until bigint not null default 0,
  decided_at bigint,
  constraint one_row_per_message unique (mailbox_id, uid_validity, uid),
  constraint decided_has_reason check ((disposition is null) = (reason is null) and (disposition is null) = (decided_at is null))
);
alter table inbound_mails alter column raw set storage external;
create index inbound_waiting on inbound_mails (id) where disposition is null;
create index inbound_by_message_id on inbound_mails (message_id) where message_id is not null;
create index inbound_by_ticket on inbound_mails (ticket_id) where ticket_id is not null;
create index inbound_by_sender on inbound_mails (order_key, stored_at);
create index inbound_parked on inbound_mails (id) where disposition = 'parked';
-- One effect per inbound mail, and one mail per effect.
create unique index one_mail_opens_a_ticket on inbound_mails (ticket_id) where disposition = 'ticket';
create unique index one_mail_takes_a_turn on inbound_mails (response_id) where disposition = 'answer';
create unique index one_mail_is_a_response on inbound_mails (response_id) where disposition = 'response';

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
  sha256 text not null,
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
  spam boolean not null default false
);

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

create type token_purpose as enum ('turn', 'ticket', 'agent', 'close', 'satisfied', 'not-satisfied');

-- What a token means; the token itself is a keyed digest over this row and is stored nowhere.
create table reply_tokens (
  id bigint generated always as identity primary key,
  purpose token_purpose not null,
  ticket_id bigint not null references tickets (id),
  response_id bigint references responses (id),
  agent_id bigint references agents (id),
  seen_response_id bigint references responses (id),
  created_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint,
  used_at bigint,
  constraint turn_names_its_response check ((purpose = 'turn') <= (response_id is not null)),
  constraint agent_token_names_its_agent check ((purpose = 'agent') = (agent_id is not null))
);
create index reply_tokens_by_ticket on reply_tokens (ticket_id);

create type outbox_state as enum ('pending', 'claimed', 'sending', 'sent', 'failed', 'unknown', 'cancelled');

-- Each row obliges us to send one mail to one recipient. raw is built once, before the first attempt.
create table outbox (
  id bigint generated always as identity primary key,
  kind text not null,
  ticket_id bigint references tickets (id),
  response_id bigint references responses (id),
  inbound_id bigint references inbound_mails (id),
  agent_id bigint references agents (id),
  token_id bigint references reply_tokens (id),
  recipient text not null,
  payload jsonb not null default '{}',
  dedupe_key text unique,
  state outbox_state not null default 'pending',
  message_id text unique,
  envelope_from text,
  raw bytea,
  attempts integer not null default 0,
  next_attempt_at bigint not null default 0,
  lease_until bigint not null default 0,
  created_at bigint not null,
  ended_at bigint,
  undelivered_at bigint,
  last_error text,
  constraint ended_has_time check ((state in ('sent', 'failed', 'unknown', 'cancelled')) = (ended_at is not null)),
  constraint sending_has_bytes check (state not in ('sending', 'sent', 'unknown') or message_id is not null)
);
alter table outbox alter column raw set storage external;
create index outbox_due on outbox (next_attempt_at, id) where state = 'pending';
create index outbox_leased on outbox (lease_until) where state in ('claimed', 'sending');
create index outbox_troubled on outbox (state) where state in ('unknown', 'failed');
create index outbox_by_ticket on outbox (ticket_id) where ticket_id is not null;
create index outbox_by_recipient on outbox (lower(recipient), created_at);

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

create table suppressed_addresses (
  address text primary key,
  reason text not null,
  outbox_id bigint references outbox (id),
  since bigint not null
);

create table audit_log (
  id bigint generated always as identity primary key,
  at bigint not null,
  ticket_id bigint references tickets (id),
  inbound_id bigint references inbound_mails (id),
  actor text not null,
  action text not null,
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
