-- What was removed on purpose, and when: so that trace and parked can say it, and a mail that comes again after it was
-- removed does not bring it back.
alter table inbound_mails
  add column raw_removed_at bigint,
  -- its person was erased: no words, no addresses
  add column erased_at bigint,
  add constraint removed_bytes_are_gone check (raw_removed_at is null or raw is null),
  add constraint erased_has_no_words check (erased_at is null or (raw is null and words is null and subject is null));
alter table outbox
  add column raw_removed_at bigint,
  add constraint removed_bytes_are_gone check (raw_removed_at is null or raw is null);

-- What RAW_RETENTION_DAYS looks through, oldest first.
create index inbound_with_bytes on inbound_mails (decided_at) where raw is not null and decided_at is not null;
create index outbox_with_bytes on outbox (ended_at) where raw is not null and ended_at is not null;
