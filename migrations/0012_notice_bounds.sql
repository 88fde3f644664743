-- What the bounds on automatic mail count by: the domain of who gets it. The rest is counted by the indexes of 0001.
create index outbox_by_domain on outbox (split_part(recipient, '@', 2), created_at)
  where agent_id is null and kind not in ('response', 'alert');
