import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What Prometheus may ask of one process. Labels come from closed lists only, never from mail. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    mailsStored: new Counter({ name: 'turnmail_mails_stored_total', help: 'Mails taken from mailboxes', registers }),
    mailsDecided: new Counter({
      name: 'turnmail_mails_decided_total',
      help: 'Mails decided, by what became of them and why',
      labelNames: ['disposition', 'reason'],
      registers,
    }),
    decideSeconds: new Histogram({
      name: 'turnmail_stored_to_decided_seconds',
      help: 'Time from storing a mail to having decided it',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300],
      registers,
    }),
    sends: new Counter({
      name: 'turnmail_sends_total',
      help: 'Attempts to send, by kind of mail and outcome',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    feedback: new Counter({
      name: 'turnmail_feedback_total',
      help: 'What customers said when their tickets were closed; one who changes their mind counts again',
      labelNames: ['feedback'],
      registers,
    }),
    openTickets: new Gauge({
      name: 'turnmail_tickets_open',
      help: 'Tickets that are not closed, by state, whose move it is, and for how long it has been',
      labelNames: ['status', 'move', 'age'],
      registers,
    }),
    closedTickets: new Gauge({
      name: 'turnmail_tickets_closed_last_day',
      help: 'Tickets closed within the last 24 hours, spam left out',
      registers,
    }),
    recentFeedback: new Gauge({
      name: 'turnmail_feedback_last_week',
      help: 'Tickets by what their customers said about them within the last seven days',
      labelNames: ['feedback'],
      registers,
    }),
    polls: new Counter({
      name: 'turnmail_polls_total',
      help: 'Polls of mailboxes',
      labelNames: ['outcome'],
      registers,
    }),
    waitingMails: new Gauge({ name: 'turnmail_mails_waiting', help: 'Mails stored and not yet decided', registers }),
    pendingOutbox: new Gauge({ name: 'turnmail_outbox_pending', help: 'Mails to be sent', registers }),
    troubledOutbox: new Gauge({
      name: 'turnmail_outbox_troubled',
      help: 'Mails failed or of unknown fate',
      labelNames: ['state'],
      registers,
    }),
    oldestWaitingSeconds: new Gauge({
      name: 'turnmail_oldest_waiting_seconds',
      help: 'Age of the oldest row that waits',
      labelNames: ['table'],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
