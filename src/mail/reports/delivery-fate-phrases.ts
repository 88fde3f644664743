/** How reports say whether the server goes on trying, and how list managers refuse a post. Written as in delivery-phrases.ts. */

/** The server keeps the mail and goes on trying. */
export const DELAY_PHRASES: readonly string[] = [
  'delivery status notification (delay)',
  'delivery status notification(delay)',
  'delivery delayed',
  'delayed mail',
  'delivery is delayed',
  'has been delayed',
  'have been delayed',
  'is delayed',
  'message delayed',
  'delay reason',
  'not yet been delivered',
  'has not yet been',
  'could not be delivered yet',
  'could not send message for past',
  'will keep trying',
  'will continue to be made',
  'will continue to try',
  'still being retried',
  'will be retried',
  'will try again',
  'will retry',
  'no action is required on your part',
  'do not need to resend',
  'not need to resend',
  'this is a warning message only',
  'transient non-fatal errors',
  'verzögert',
  'wird weiterhin versucht',
  'remise différée',
  'se ha retrasado',
  'in ritardo',
  'vertraagd',
  'попытки доставки будут продолжены',
  '遅延',
  '延迟',
];

/** The server gave up, whatever else the report says about trying. */
export const FINAL_PHRASES: readonly string[] = [
  'this is a permanent error',
  'had permanent fatal errors',
  'will not be retried',
  "i'm not going to try again",
  'has been giving up',
  "i've given up",
  'giving up on',
  'delivery status notification (failure)',
];

/** A list manager refuses a post. */
export const REFUSED_POSTS: readonly string[] = [
  'are not a member of this mailing list',
  'not a member of the list',
  'not allowed to post to this mailing list',
  'not authorized to send mail to',
  'not permitted to post',
  'have permission to post',
  'post by non-members',
  'has been automatically rejected',
  'message was rejected',
  'message has been rejected',
  'duplicated message-id in',
  'looped mail',
];
