-- How far a folder has been read, under each UIDVALIDITY it has had: a server that goes back to an old one is read on
-- from there. mailboxes.uid_validity and last_uid go on naming the present place.
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
insert into mailbox_places (mailbox_id, uid_validity, last_uid, opened_at)
select id, uid_validity, last_uid, created_at from mailboxes where uid_validity is not null;

-- 'date:size' of the mails that lay there at the first start with a date of sync_from or later
alter table mailboxes add column old_mails text[] not null default '{}';
-- For knowing a mail again after a change of UIDVALIDITY; BRIN, since mails come in the order of time
create index inbound_by_arrival on inbound_mails using brin (mailbox_id, received_at);
