import { DAY_MS, HOUR_MS } from '../../domain/desk/rules.ts';

/**
 * How the bounds on automatic mail are counted (decide/send/may-notify.ts says what they are for), by the clock of the
 * database, by which the moments that are compared were written too. Only where that clock was set back does one of them
 * lie in the future. It says nothing about now: such a mail does not count, and the counts do not start at such an act.
 */

const THIS_DAY = `n.created_at > epoch_ms() - ${DAY_MS} and n.created_at <= epoch_ms()`;

/** Automatic mails to people outside the desk, without the closings that the desk's people or long silence caused. */
const NOTICE = `n.audience = 'customer' and n.kind <> 'response'
  and n.state not in ('cancelled', 'failed') and not (n.kind = 'closing' and n.payload->>'closedBy' <> 'customer')`;

/** When somebody last acted who proved who they are; what is counted for people starts anew then. */
const PERSON_ACTED = `case when m.person_acted_at <= epoch_ms() then m.person_acted_at else 0 end`;

const ABOUT_TICKET = `(select count(*) from (
  select from outbox n where n.ticket_id = o.ticket_id and ${THIS_DAY} and ${NOTICE} and n.created_at > coalesce((
    select ${PERSON_ACTED} from ticket_mail m where m.ticket_id = o.ticket_id), 0)
  limit o.per_ticket) counted)`;
/**
 * By the mailbox, or a forger would have as many recipients of one person as there are tags behind a plus sign. Tickets
 * that nothing has changed for two days are left out: a loop may leave thousands behind. One day would do if processes did not
 * write last_updated_on by their own clocks. `id > 0` names its index, see the schema.
 */
const TO_RECIPIENT = `(select count(*) from (
  select from outbox n where mailbox_of(n.recipient) = mailbox_of(o.recipient) and n.id > 0 and ${THIS_DAY} and ${NOTICE} and n.created_at > coalesce((
    select max(${PERSON_ACTED}) from tickets t join ticket_mail m on m.ticket_id = t.id
    where lower(t.email) = lower(o.recipient) and t.last_updated_on > epoch_ms() - ${2 * DAY_MS}), 0)
  limit o.per_recipient) counted)`;
/** `created_at > 0` names its index. */
const TO_DOMAIN = `(select count(*) from (
  select from outbox n where split_part(n.recipient, '@', 2) = split_part(o.recipient, '@', 2) and n.created_at > 0
    and n.created_at > epoch_ms() - ${HOUR_MS} and n.created_at <= epoch_ms() and ${NOTICE}
  limit o.per_domain) counted)`;
const TO_DESK = `lower(n.recipient) = lower(o.recipient) and ${THIS_DAY} and n.kind <> 'alert' and n.state <> 'cancelled'`;
/** In two, so that each has its index: an agent may have thousands of mails in a day. */
const TO_AGENT = `(select count(*) from (
  select from outbox n where n.ticket_id = o.ticket_id and ${TO_DESK} limit o.per_agent) counted)`;
const TO_AGENT_ABOUT_NOTHING = `(select count(*) from (
  select from outbox n where n.ticket_id is null and ${TO_DESK} limit o.per_agent) counted)`;

/** The counts of draft `o` as the names and values of one JSON object; a bound of 0 is not counted. */
export const COUNTS_OF_NOTICES = `
  'perTicket', case when o.per_ticket > 0 and o.ticket_id is not null then ${ABOUT_TICKET} else 0 end,
  'perRecipient', case when o.per_recipient > 0 then ${TO_RECIPIENT} else 0 end,
  'perDomain', case when o.per_domain > 0 then ${TO_DOMAIN} else 0 end,
  'perAgent', case when o.per_agent = 0 then 0 when o.ticket_id is not null then ${TO_AGENT}
    when not o.about_ticket then ${TO_AGENT_ABOUT_NOTHING} else 0 end`;
