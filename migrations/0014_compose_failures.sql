-- How often a mail could not be composed. Its age alone does not say that it was tried: the clock may have jumped, or nobody
-- was there to try.
alter table outbox add column compose_failures integer not null default 0;
