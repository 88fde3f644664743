import type { EpochMs } from '../ticket/ids.ts';
import type { EmailAddress } from './email-address.ts';

/** One header field of the top-level message: its name in lower case, its value unfolded and decoded to text. */
export type HeaderField = { name: string; value: string };

/** A recipient or sender as written; `address` is undefined where no usable mailbox could be read. */
export type NamedAddress = { address: EmailAddress | undefined; name: string; written: string };

/**
 * Who wrote the mail, by our own strict reader over the raw bytes: exactly one From field with exactly one mailbox
 * (RFC 5322 section 3.6.2), or identity is none, with the reason.
 */
export type FromReading =
  | { kind: 'one'; address: EmailAddress; name: string }
  | {
      kind: 'none';
      reason: FromFault;
      written: string;
      /** What a person would read off the broken field: for display only, nobody is identified by it. */
      bestEffort: { address: string; name: string };
    };

export type FromFault =
  | 'from-missing'
  | 'from-repeated'
  | 'from-several-mailboxes'
  | 'from-group'
  | 'from-malformed'
  | 'from-too-long';

export type Attachment = {
  /** Cleaned for display: no control characters and no path; never empty (`attachment-2.bin` where none was given). */
  filename: string;
  contentType: string;
  /** Decoded size in bytes. */
  size: number;
  /** Shown inside the body: Content-Disposition inline, or its Content-ID is used by the HTML. */
  inline: boolean;
  contentId: string | undefined;
  /** SHA-256 of the decoded content, hex. */
  sha256: string;
  /** Set for a picture that only the signature or the quoted history shows. */
  aside?: true;
  /** Set for a card or an invitation that names the address of its sender. */
  senderCard?: true;
  /** Set where it holds a mail that a desk wrote, whose reply addresses were made for one person. */
  mailOfDesk?: true;
  /** Where it stands in the raw mail, base64 as we write it too: these bytes can be passed on as they are. */
  base64?: ByteRange;
};

/** Of bytes, from 0; `to` is not included. */
export type ByteRange = { from: number; to: number };

/**
 * Lines of `ParsedMail.text`, from 0, `to` not included, that a reading without a desk leaves out:
 * - `announcement`: "On DATE, NAME wrote:", a block of header fields, "-----Original Message-----".
 * - `history`: what stands below an announcement, or is quoted with `>`.
 * - `signature`: a signature and nothing more.
 */
export type ProposedCut = { from: number; to: number; kind: 'announcement' | 'history' | 'signature' };

/** A reading ends before line `end` of the text. */
export type WordsReading = { end: number; cuts: ProposedCut[] };

export type WordsReadings = {
  customer: WordsReading;
  /** ends at the first marker of ours */
  agent: WordsReading;
};

/** A mail that stands in the text of another: forwarded there, or quoted below an answer. */
export type MailInText = {
  from: NamedAddress | undefined;
  subject: string;
  /** Rows of `ParsedMail.text` that hold its words, from 0, `end` not included, and how often they are quoted there. */
  start: number;
  end: number;
  /** Where its own words end: an older mail begins there, or it is `end`. */
  ownEnd: number;
  depth: number;
};

export type MailsInText = {
  /** Its author means to show it: the first one is announced as forwarded, or the subject says so. */
  forwarded: boolean;
  /** The words above the first one, without a signature. */
  above: string;
  /** The outermost first; each holds those that follow it. */
  mails: MailInText[];
};

/** A mail attached as a file (message/rfc822). */
export type AttachedMail = {
  /** Its place in `ParsedMail.attachments`. */
  index: number;
  from: NamedAddress | undefined;
  subject: string;
  /** Its whole readable text, bounded. */
  words: string;
  /** Its new words, bounded too. */
  reply: string;
  /** Its Message-ID, and those that it answers. */
  ids: string[];
};

export type EncryptedBy = 'S/MIME' | 'OpenPGP';

export type DeliveryAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

/** One recipient of a delivery report, after RFC 3464 section 2.3. */
export type DeliveryRecipient = {
  recipient: string;
  action: DeliveryAction;
  /** RFC 3463 code such as `5.1.1`, or null where the report gives none. */
  status: string | null;
  permanent: boolean;
  diagnostic: string | null;
};

export type DeliveryReport = {
  /** `rfc3464`: a machine-readable report; `text`: read out of the words of a mail server. */
  source: 'rfc3464' | 'text';
  recipients: DeliveryRecipient[];
  /** Message-ID of the mail that was not delivered, without angle brackets. */
  originalMessageId: string | null;
};

/**
 * What we understood of a mail. Everything here is attacker-controlled text, well-formed Unicode without NUL.
 * Message-IDs are kept without angle brackets.
 */
export type ParsedMail = {
  messageId: string | undefined;
  inReplyTo: string[];
  references: string[];
  from: FromReading;
  sender: NamedAddress | undefined;
  replyTo: NamedAddress[];
  to: NamedAddress[];
  cc: NamedAddress[];
  /** Addresses the mail was delivered to according to Delivered-To, X-Original-To, Envelope-To and cousins. */
  deliveredTo: string[];
  subject: string;
  /** The Date field; undefined where missing or unreadable. */
  date: EpochMs | undefined;
  /** The whole readable text: the plain part, or the HTML turned into text. */
  text: string;
  /** The new words: `text` without quoted history and signature. */
  reply: string;
  /** The same, of an agent: below our "reply above this line" stands what we sent, and not a word of it may travel on. */
  agentReply: string;
  /** What deciding may leave out of `text` once it knows what we sent; undefined where `reply` is all that is known. */
  readings?: WordsReadings | undefined;
  /** A line of the HTML that begins like a command, where the plain text has none of it. */
  commandInHtml?: string | undefined;
  /** The HTML with its formatting, in the grammar of rich-words.ts; the history too. */
  rich?: string | undefined;
  attachments: Attachment[];
  /** What a person wrote to their answer to an invitation. */
  calendarComment?: string;
  /** Mails that its text shows, where it shows any. */
  mailsInText?: MailsInText | undefined;
  /** Mails that are attached to it, bounded in number and size. */
  attachedMails?: AttachedMail[];
  /** Header fields of the message in order, bounded in number and length. */
  headers: HeaderField[];
  /** Media type of the message's root, lower case, such as `multipart/report`, with its parameters. */
  contentType: { type: string; params: Record<string, string> };
  /** Media types of all parts, lower case, in order; bounded. */
  partTypes: string[];
  delivery: DeliveryReport | null;
  /** Set where the words, or all of them, are encrypted: the desk has no key. */
  encrypted?: EncryptedBy;
  /** What was dropped from HTML because nobody would have seen it. */
  hidden: { elements: number; images: number };
  /** SHA-256 over who, subject, text and attachments: two mails with one Message-ID are the same only if this agrees. */
  contentHash: string;
  /** The same without the footer that a mailing list put below the text; undefined where there is none. */
  hashWithoutFooter?: string | undefined;
  /** Size of the raw message in bytes. */
  size: number;
};

/** Why a mail could not be understood; it is parked with this reason. */
export type ParseFault =
  | 'too-large'
  | 'too-deep'
  | 'too-many-parts'
  | 'headers-too-large'
  | 'parser-timeout'
  | 'parser-out-of-memory'
  | 'parser-crashed'
  | 'undecodable';

export type ParseOutcome = { ok: true; mail: ParsedMail } | { ok: false; fault: ParseFault; detail: string };

/** What kind of mail it is; the order in which they are tried is in decide/machine/classify-mail.ts. */
export const MAIL_KINDS = [
  'normal',
  'auto-reply',
  'auto-generated',
  'bounce',
  'list',
  'complaint',
  'read-receipt',
  'calendar',
  'own',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** What a mail program says with a button, in words of its own: no mail that a person wrote. */
export type ButtonMail = 'reaction' | 'recall' | 'read';

/** The class of a mail with the name of the signal that decided it, such as `auto-submitted` or `list-id`. */
export type Classification = { kind: MailKind; reason: string; button?: ButtonMail };
