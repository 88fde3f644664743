-- When a ticket was last opened again: it waits for the desk from then on, however old its newest response is.
alter table ticket_mail add column reopened_at bigint;

-- Whose move a ticket is. It is the desk's since the customer's first word after the newest response: an answer to it, or to an
-- older one whose turn was open still, or the ticket opened again; before any response since the ticket began. Null is the customer's.
-- Of a closed ticket it says nothing.
create view ticket_moves as
select t.id as ticket_id, newest.id as newest_response_id, newest.sent_time,
  case when newest.id is null then coalesce(m.reopened_at, t.created_time)
    else least(
      (select min(r.rec_time) from responses r
       where r.ticket_id = t.id and (r.id = newest.id or r.rec_time >= newest.sent_time)),
      case when m.reopened_at > newest.sent_time then m.reopened_at end)
  end as desk_since
from tickets t
join ticket_mail m on m.ticket_id = t.id
left join lateral (select id, sent_time from responses r where r.ticket_id = t.id order by sent_time desc, id desc limit 1) newest
  on true;
