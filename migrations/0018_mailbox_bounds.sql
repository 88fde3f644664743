-- Whose mailbox an address leads to, near enough to count by: what stands behind a plus sign is a tag (RFC 5233), and Gmail
-- looks at no dots. An address that begins with a plus sign, such as a telephone number, is left as it is. Mail is never
-- sent to what comes out.
create function mailbox_of(address text) returns text language sql immutable parallel safe as $$
  select case when untagged ~ '@(gmail|googlemail)\.com$'
    then replace(split_part(untagged, '@', 1), '.', '') || '@gmail.com' else untagged end
  from (select regexp_replace(lower(address), '^([^+@]+)\+[^@]*@', '\1@') as untagged) a
$$;

-- What the bound on automatic mail for one recipient counts by.
create index outbox_by_mailbox on outbox (mailbox_of(recipient), created_at)
  where agent_id is null and kind not in ('response', 'alert');
