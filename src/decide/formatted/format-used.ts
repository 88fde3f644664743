import { parseRich, picturesIn, type RichElement, type RichNode, writeRich } from '../../domain/mail/rich-words.ts';
import type { ShownAnswer } from '../../domain/ticket/ticket.ts';
import { isPersonalLink } from '../answers/personal-details.ts';
import { formatWords } from './format-words.ts';

/** What the customer reads: a greeting, the past answer, the agent's own words. */
export type UsedParts = { greeting: string; answer: string; own: string };

/**
 * A past answer as it was formatted, between the greeting and the agent's own words; undefined where only its text goes out. It
 * says what the text says: what is cut from the text is cut here, and what hides behind the words of a link is looked at too.
 * @param rich the HTML of the mail with the agent's own words
 */
export function formatUsed(
  past: Pick<ShownAnswer, 'formatted'>,
  { greeting, answer, own }: UsedParts,
  rich: string | undefined,
): string | undefined {
  const kept = formatWords(past.formatted ?? undefined, answer)?.html;
  const tree = kept === undefined ? undefined : parseRich(kept);
  // Its pictures are files of another mail, and none of them travels along.
  if (kept === undefined || tree === undefined || picturesIn(kept).length > 0) return undefined;
  if (targetsOf(tree).some((target) => !answer.includes(target) && isForOne(target))) return undefined;
  const written = own === '' ? '' : (formatWords(rich, own)?.html ?? writeRich(paragraphs(own)));
  return `${writeRich(paragraphs(greeting))}${kept}${written}`;
}

/** Whether a link that stands in no text leads to one person, or to their page. */
function isForOne(target: string): boolean {
  return target.startsWith('mailto:') || isPersonalLink(target);
}

function targetsOf(nodes: readonly RichNode[]): string[] {
  return nodes.flatMap((node) =>
    typeof node === 'string'
      ? []
      : [...(node.tag === 'a' ? [node.attributes['href'] ?? ''] : []), ...targetsOf(node.children)],
  );
}

function paragraphs(text: string): RichElement[] {
  return text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) =>
      element(
        'p',
        paragraph.split('\n').flatMap((line, at) => (at === 0 ? [line] : [element('br'), line])),
      ),
    );
}

function element(tag: 'p' | 'br', children: RichNode[] = []): RichElement {
  return { tag, attributes: {}, children };
}
