import { hideTokens } from '../../../domain/mail/hide-tokens.ts';
import { holdsOwnMark } from '../../../domain/mail/own-mark.ts';
import { OWN_PHRASES } from '../../../domain/mail/own-phrases.ts';
import { lettersOf } from '../../../domain/mail/rich-words.ts';
import { type Line, type Sentence, say } from '../../../domain/words.ts';

/** What stands in each notification and in nothing that people write; headings of one word are left to them. */
export const FRAME_OF_NOTIFICATION: readonly string[] = Object.values(OWN_PHRASES).flatMap(
  ({ notes, outOfTurn, pastAnswers, replyHint, commandHint }) => [
    notes,
    outOfTurn,
    pastAnswers,
    replyHint,
    commandHint,
  ],
);

/** Sentences of so many letters are found within a line too; shorter ones must be all of it. */
const MIN_LETTERS_WITHIN = 28;
/** Words longer than this are looked at in their first and last part. */
const MAX_CHARS = 400_000;

/** A sentence for the agent whose words hold some of our notification; undefined where they hold none. */
export function refuseNotification(words: string): Sentence | undefined {
  const ours = wordsOfNotification(words);
  if (ours === undefined) return undefined;
  return say(
    'Your words held {ours}, which stands in our notification and is not for the customer, so nothing was sent. Write your words above everything that your mail program quotes, and take the rest out.',
    { ours },
  );
}

/**
 * What words of an agent hold of our own notification, as a phrase for the agent; undefined where they hold none of it.
 * The second net: the parser takes such lines off, and whatever it misses must not go to a customer.
 */
function wordsOfNotification(words: string): Line | undefined {
  if (words === '') return undefined;
  const read = words.length > MAX_CHARS ? `${words.slice(0, MAX_CHARS / 2)}\n${words.slice(-MAX_CHARS / 2)}` : words;
  if (holdsOwnMark(read)) return say('our line "Reply above this line"');
  if (hideTokens(read) !== read) return say('an address or a link of ours that works for you alone');
  const lines = new Set(read.split('\n').map(lettersOf));
  const whole = lettersOf(read);
  const found = FRAME_OF_NOTIFICATION.find((sentence) => {
    const sought = lettersOf(sentence);
    return lines.has(sought) || (sought.length >= MIN_LETTERS_WITHIN && whole.includes(sought));
  });
  return found === undefined ? undefined : `"${found.slice(0, 80)}"`;
}
