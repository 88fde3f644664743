-- What was found out about who sent a mail, under SENDER_TRUST=dkim, with the answers of DNS that it rests on: keys
-- rotate, and the verdict must still make sense when somebody asks later.
create table sender_checks (
  inbound_id bigint primary key references inbound_mails (id) on delete cascade,
  -- null while a failure of DNS is waited out
  verification text,
  reason text not null,
  tries integer not null,
  checked_at bigint not null,
  -- the Authentication of src/domain/sender-check.ts
  findings jsonb not null,
  constraint verification_is_known check (verification in ('verified', 'unverified', 'failed'))
);
