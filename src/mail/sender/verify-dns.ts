/**
 * Questions to DNS while a sender is verified. The names come out of the mail, so a stranger decides whom we ask: the
 * questions of one mail are bounded in number, in time, and in what an answer may weigh, and a domain whose servers hang
 * is left alone for a while, so that a flood of its mails holds up nobody else.
 */
import { Resolver } from 'node:dns/promises';
import type { DnsAnswer } from '../../domain/mail/sender-check.ts';

/** Resolves with the records (TXT: a list of character-strings each), or rejects with an error that has a `code`. */
export type DnsResolver = (name: string, type: string) => Promise<string[][] | string[]>;

/** All answers of one mail must be there by then. */
export const DNS_BUDGET_MS = 5_000;
/** Five keys, two walks up the DNS tree of at most eight names, and whether the domain exists. */
const MAX_QUESTIONS = 24;
/** A 4096-bit key needs 750 characters, a long DMARC record 500; a longer answer counts as none. */
const MAX_ANSWER = 8_000;
const KEPT_OF_A_RECORD = 2_000;
const KEPT_RECORDS = 10;
const LEFT_ALONE_MS = 30_000;
const MAX_LEFT_ALONE = 1_000;
/**
 * A sender with many domains, or with many names below one, can make each mail wait for servers of its own. So many
 * mails out of time within half a minute, and those after them wait for a fifth; what was true is asked again later.
 */
const MAX_OUT_OF_TIME = 5;

export type SenderDns = {
  /** The questions of one mail; `mayAsk` says which names it has a reason to ask for. */
  questionsOf(mayAsk: (name: string) => boolean): MailQuestions;
};
export type MailQuestions = {
  /** Like a resolver, and each question once; what must not be asked does not exist (ENOTFOUND). */
  ask: DnsResolver;
  /** What was asked so far, in order. */
  answers(): DnsAnswer[];
  /** Rejects with ETIMEOUT when the budget is used up. */
  outOfTime: Promise<never>;
  end(): void;
};

/** The resolver of this machine. */
export function systemResolver(): DnsResolver {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return async (name, type) => {
    if (type === 'TXT') return await resolver.resolveTxt(name);
    return type === 'CNAME' ? await resolver.resolveCname(name) : await resolver.resolve4(name);
  };
}

/** `budgetMs` is for all questions of one mail together. What is remembered of slow domains lives as long as this does. */
export function createSenderDns(resolve: DnsResolver, budgetMs = DNS_BUDGET_MS): SenderDns {
  const leftAloneUntil = new Map<string, number>();
  const leaveAlone = (name: string) => {
    for (const oldest of leftAloneUntil.keys()) {
      if (leftAloneUntil.size < MAX_LEFT_ALONE) break;
      leftAloneUntil.delete(oldest);
    }
    leftAloneUntil.set(zoneOf(name), performance.now() + LEFT_ALONE_MS);
  };
  let outOfTimeAt: number[] = [];
  const patienceNow = () => {
    outOfTimeAt = outOfTimeAt.filter((at) => at > performance.now() - LEFT_ALONE_MS);
    return outOfTimeAt.length < MAX_OUT_OF_TIME ? budgetMs : budgetMs / 5;
  };
  const isLeftAlone = (name: string) => (leftAloneUntil.get(zoneOf(name)) ?? 0) > performance.now();
  return {
    questionsOf: (mayAsk) => {
      const asked = new Map<string, Promise<string[][] | string[]>>();
      const kept: DnsAnswer[] = [];
      const { promise: outOfTime, reject } = Promise.withResolvers<never>();
      outOfTime.catch(() => {});
      const patienceMs = patienceNow();
      const timer = setTimeout(() => {
        outOfTimeAt.push(performance.now());
        reject(dnsError('ETIMEOUT'));
      }, patienceMs);
      const look = async (name: string, type: string) => {
        if (!mayAsk(name) || asked.size >= MAX_QUESTIONS) throw dnsError('ENOTFOUND');
        const startedAt = performance.now();
        const answer: DnsAnswer = { name: printableAscii(name, 255), type, answers: [], error: undefined, tookMs: 0 };
        kept.push(answer);
        try {
          if (isLeftAlone(name)) throw dnsError('ETIMEOUT');
          const records = await Promise.race([resolve(name, type), outOfTime]);
          const texts = records.map((record) => (Array.isArray(record) ? record.join('') : record));
          answer.answers = texts.slice(0, KEPT_RECORDS).map((text) => printableAscii(text, KEPT_OF_A_RECORD));
          if (texts.reduce((sum, text) => sum + text.length, 0) > MAX_ANSWER) throw dnsError('ENODATA', 'too long');
          return records;
        } catch (error) {
          const code = codeOf(error);
          answer.error = error instanceof Error && error.message === 'too long' ? 'too long' : code;
          // Not one that only came too late to be answered: that may be the name of a whole country.
          if (code === 'ETIMEOUT' && performance.now() - startedAt >= patienceMs / 2) leaveAlone(name);
          throw dnsError(code);
        } finally {
          answer.tookMs = Math.round(performance.now() - startedAt);
        }
      };
      return {
        ask: (name, type) => {
          const key = `${type} ${name.toLowerCase()}`;
          const answer = asked.get(key) ?? look(name, type);
          answer.catch(() => {});
          asked.set(key, answer);
          return answer;
        },
        answers: () => kept,
        outOfTime,
        end: () => clearTimeout(timer),
      };
    },
  };
}

/** Whose servers answer for a name, near enough: two labels, or three below a short one as in `shop.co.uk`. */
function zoneOf(name: string): string {
  const labels = name.toLowerCase().split('.');
  const short = (labels.at(-2)?.length ?? 0) <= 3;
  return labels
    .filter((label) => !label.startsWith('_'))
    .slice(short ? -3 : -2)
    .join('.');
}

/** A name that cannot exist does not exist; whatever has no code is a failure of the moment. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'ESERVFAIL';
  return code === 'EBADNAME' ? 'ENOTFOUND' : code;
}

function dnsError(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

/** Printable ASCII, so that it can be kept and shown. */
export function printableAscii(text: string, longest: number): string {
  return text.slice(0, longest).replace(/[^\x20-\x7e]/g, '?');
}
