import type { AccentColors } from '../desk/brand.ts';
import type { ReportNumbers } from '../desk/report.ts';
import type { EpochMs, TicketId } from '../ticket/ids.ts';
import type { ClosedBy, MailTemplate, NotificationEvent, TeamNews } from '../ticket/outbox-item.ts';
import type { Feedback, TicketStatus } from '../ticket/ticket.ts';
import type { EmailAddress } from './email-address.ts';

/** The templates show 60,000 characters of the words that a mail is about; with one more they see that something is missing. */
export const MAX_WORDS = 60_001;

/** What the templates may show. Text in it may come from strangers; templates escape it, headers never take it. */
export type MailView = {
  desk: { name: string; address: string; brand: BrandView };
  ticket: TicketView | undefined;
  content: ContentView;
};

/** The name on top, the picture beside it (an address of the web, or `cid:` of a part of the mail), and its colours. */
export type BrandView = { name: string; logo: string; colors: AccentColors; footer: string };

export type TicketView = {
  id: TicketId;
  /** `[#12]`, for subjects */
  tag: string;
  /** `#12`, for prose */
  number: string;
  /** cleaned */
  subject: string;
  status: TicketStatus;
  customer: string;
  /** who gets copies of the responses */
  readers: readonly string[];
  /** name or address of the assignee; `you` for the reader */
  assignee: string | undefined;
};

/** A link of a mail: the page, and a mailto link that does the same by mail; either may be missing. */
export type LinkView = { url: string | undefined; mailto: string | undefined };

export type AttachmentView = {
  filename: string;
  contentType: string;
  size: number;
  attached: boolean;
  /** of a type that is not passed on */
  blocked: boolean;
};

/** A picture of the words: `place` among the files of its mail; `cid` where it comes along. */
export type PictureView = { place: number; name: string; cid: string | undefined };

/** Words with their formatting (domain/mail/rich-words.ts) */
export type FormattedView = { html: string; pictures: PictureView[] };

/** What became of a mail as it came: it travels as a file, or why it does not. */
export type WholeMail = 'attached' | 'too-large' | 'removed';

/** A file as a history names it. */
export type FileView = { filename: string; size: number };

/** One response with the customer's answer to it, if any. */
export type TurnView = {
  number: number;
  agent: string | undefined;
  sentTime: EpochMs;
  response: string;
  responseFiles: FileView[];
  answer: string | undefined;
  answerFiles: FileView[];
  recTime: EpochMs | undefined;
  /** what came out of turn before this response, and after the one before it */
  heldBefore: HeldView[];
};
/** `from` where it is somebody other than the customer who wrote it; `automatic` where a machine or a button did. */
export type HeldView = {
  receivedAt: EpochMs;
  words: string;
  from: string | undefined;
  automatic?: true;
  files: FileView[];
};
export type NoteView = { createdAt: EpochMs; agent: string | undefined; note: string };
/** `marked`: what is personal in the answer stands between `[[` and `]]`, and it is not sent as it is. */
export type SuggestionView = { number: number; question: string; answer: string; marked: boolean };

export type QueueRowView = {
  id: TicketId;
  /** `#12` */
  number: string;
  customer: string;
  subject: string;
  firstWords: string;
  waitingMs: number;
  /** name or address of the agent who has it; `you` for the reader */
  assignee: string | undefined;
  held: number;
  mailto: string;
};

export type ContentView =
  | {
      template: 'receipt';
      /** the subject may be repeated to its writer, who proved their address */
      named: boolean;
      followsTicketId: TicketId | undefined;
      /** the one past answer that is beyond doubt, where the desk shows it to customers */
      suggestion: { answer: string; close: LinkView } | undefined;
    }
  | {
      template: 'notification';
      event: NotificationEvent;
      /** who wrote what this is about: the customer, a third party, a colleague */
      author: string;
      authorName: string;
      at: EpochMs;
      query: string;
      queryAt: EpochMs;
      queryFiles: FileView[];
      /** the files of the words, where `attachments` does not name them */
      wordsFiles: FileView[];
      /** reminder: how long the ticket has waited */
      waitingMs: number | undefined;
      /** the words this notification is about; equal to query for a new ticket */
      words: string;
      /** the words as they were formatted; undefined where they are text alone */
      formatted?: FormattedView | undefined;
      /** full: what became of the mail as it came; undefined elsewhere */
      wholeMail: WholeMail | undefined;
      /** open ticket of the same sender under the same subject: `#12` */
      fits: string;
      /** who else got the mail openly */
      inCopy: string[];
      /** lines of the mail that were left out of its words */
      linesLeftOut: number;
      /** the subject of the mail where it is another than ours; empty elsewhere */
      newSubject: string;
      /** whom the mail asks to answer, where that is somebody other than its sender */
      answerTo?: string;
      /** our other addresses that the mail went to as well */
      alsoTo: string[];
      /** who handed the ticket over, and from which mailbox */
      movedBy: string;
      movedFrom: string;
      attachments: AttachmentView[];
      turns: TurnView[];
      /** what came out of turn since the newest response */
      held: HeldView[];
      notes: NoteView[];
      /** how many older ones of each there are beyond those that are shown */
      older: { turns: number; held: number; notes: number };
      suggestions: SuggestionView[];
    }
  | {
      template: 'response';
      words: string;
      formatted?: FormattedView | undefined;
      /** a copy for somebody who is not the customer */
      copy: boolean;
      /** the name to stand below the words; empty where they end with one, or the desk shows none */
      signature: string;
      close: LinkView | undefined;
      /** the ticket is closed with these words */
      closing: ClosingView | undefined;
    }
  | { template: 'already-answered' }
  | { template: 'held-before-response' }
  | {
      template: 'closing';
      closedBy: ClosedBy;
      lastResponse: string | undefined;
      closing: ClosingView;
    }
  | { template: 'feedback-thanks'; feedback: Feedback }
  | { template: 'reopened' }
  | {
      template: 'returned';
      /** who wrote the mail, where it was not the reader */
      writer: string | undefined;
      lines: string[];
      text: string;
      /** the text is a draft that the agent finishes, and not what they wrote */
      draft: boolean;
      /** what a colleague responded meanwhile */
      colleague: string | undefined;
    }
  | { template: 'confirmation'; lines: string[] }
  | {
      template: 'undelivered';
      recipient: string;
      what: MailTemplate;
      status: string | undefined;
      diagnostic: string | undefined;
      words: string | undefined;
      unknown: boolean;
    }
  | {
      template: 'digest';
      agent: string;
      rows: QueueRowView[];
      more: number;
      at: EpochMs;
      /** of the last seven days */
      feedback: { satisfied: number; notSatisfied: number; unhappy: FeedbackView[] };
      /** where the board is; undefined where the desk has no pages */
      board: string | undefined;
    }
  | {
      template: 'report';
      /** `2026-11-23`, both included */
      firstDay: string;
      lastDay: string;
      at: EpochMs;
      numbers: ReportNumbers;
      /** tickets that wait for the desk now, by age in words */
      ages: { age: string; tickets: number }[];
      /** of every age */
      waiting: number;
      /** closed tickets whose customer said whether they are satisfied */
      rated: number;
      /** pictures, as `cid:` of parts of the mail */
      waitingPlot: string;
      daysPlot: string;
      /** where the board is; undefined where the desk has no pages */
      board: string | undefined;
    }
  | { template: 'team-news'; news: TeamNews; by: string; to: string | undefined; words: string }
  | { template: 'alert'; lines: string[]; over: boolean };

/** What the customer may say when a ticket is closed. */
export type ClosingView = {
  satisfied: LinkView;
  notSatisfied: LinkView;
  /** none where a closed ticket stays closed */
  reopen: LinkView | undefined;
  /** how long the link opens the ticket again, or an answer to the last response does */
  reopenDays: number;
  /** the last response was not answered yet, so that an answer is welcome */
  canAnswer: boolean;
};

/** A customer who was not satisfied, and what they said about it. */
export type FeedbackView = { number: string; customer: string; words: string };

/** The headers of a mail that are not words of a template. All of it is ours, checked against the outbox row. */
export type MailHeaders = {
  from: { name: string; address: EmailAddress };
  recipient: EmailAddress;
  replyTo: EmailAddress | undefined;
  /** without angle brackets, as all Message-IDs in the code */
  messageId: string;
  inReplyTo: string | undefined;
  references: string[];
  date: EpochMs;
  /** Auto-Submitted (RFC 3834 section 5) and what suppresses answers of machines */
  autoSubmitted: 'auto-replied' | 'auto-generated' | undefined;
  /** X-Turnmail-Desk: tells our own mail from others' */
  deskId: string;
};

/** `cid` where it is a picture that the HTML shows. */
export type MailAttachment = {
  filename: string;
  contentType: string;
  content: Buffer;
  /** the content is base64 already, in lines of 76 characters with CRLF between them */
  isBase64?: true;
  cid?: string;
};
