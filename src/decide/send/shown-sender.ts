import { domainOf, type EmailAddress, localPartOf } from '../../domain/mail/email-address.ts';

/**
 * Who an agent's inbox names as the sender of a mail of ours. The address is always the desk's; the name comes from a
 * stranger, who may choose it so that a colleague, the desk or another address seems to have written. Such a name is not
 * shown: the customer's address stands there in words instead.
 */
export type Writer = { name: string; address: EmailAddress | string };

/** Names that nobody outside the desk may bear in an agent's inbox. */
export type OwnNames = { desk: string; people: readonly string[] };

const MAX_NAME = 60;

/** `Jo Doe (Acme Support)`, or `jo.doe at customer.example (Acme Support)` where the name is none or is not believed. */
export function shownSender(writer: Writer, own: OwnNames): string {
  const name = plainName(writer.name);
  const shown = name !== '' && !isMisleading(name, own) ? name : addressInWords(writer.address);
  return `${shown} (${plainName(own.desk) || 'the desk'})`;
}

/** `Alice Ames at Acme Support`: the agent who wrote a response, where the desk shows its agents' names. */
export function agentSender(agentName: string, desk: string): string {
  const name = plainName(agentName);
  return name === '' || name.includes('@') ? desk : `${name} at ${desk}`;
}

/** Letters, marks, digits and what stands in names; brackets are ours, and so are quotes and what begins an address. */
function plainName(name: string): string {
  const words = name
    .slice(0, 400)
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, ' ')
    .replace(/[()[\]{}<>"“”„«»`;:\\|=?*_]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...words];
  return characters.length <= MAX_NAME
    ? words
    : `${characters
        .slice(0, MAX_NAME - 1)
        .join('')
        .trim()}…`;
}

function isMisleading(name: string, { desk, people }: OwnNames): boolean {
  if (!/\p{L}/u.test(name)) return true;
  // An address, a host or a link; a dot behind an initial or a title is none.
  if (/[@＠﹫]|\/\/|www\.|(?<![\p{L}\p{N}-])[\p{L}\p{N}-]{2,}\.\p{L}{2,}(?!\p{L})(?:$|\s|\/)/iu.test(name)) return true;
  if (name.split(/[\s.'’-]+/).some(mixesScripts)) return true;
  const folded = foldName(name);
  return [desk, ...people].some((own) => isLike(folded, foldName(own)));
}

/** The same name, in whatever order and with whatever beside it; a single word, such as "Bob", only where it stands alone. */
function isLike(name: string, own: string): boolean {
  const words = name.split(' ');
  const ours = own.split(' ');
  if (own === '') return false;
  if (name.replaceAll(' ', '') === own.replaceAll(' ', '')) return true;
  return ours.length > 1 && ours.every((word) => words.includes(word));
}

/** Latin, Cyrillic and Greek letters in one word: no name is written so, and many letters of the three look the same. */
function mixesScripts(word: string): boolean {
  const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];
  return scripts.filter((script) => script.test(word)).length > 1;
}

/** Cyrillic and Greek letters that look like a Latin one (Unicode UTS 39, confusables), lower case. */
const LOOK_ALIKE: Record<string, string> = Object.fromEntries(
  [...'аaвbсcеeнhіiјjкkмmоoрpѕsтtуyхxѵvԁdԛqԝwαaβbεeηnικικkνvοoρpτtυuχx'.matchAll(/(.)(.)/gu)].map(
    ([, other = '', latin = '']) => [other, latin],
  ),
);

/** A name as the eye takes it: without case, accents and signs, and with one letter for all that look like it. */
export function foldName(name: string): string {
  return [...name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '')]
    .map((letter) => LOOK_ALIKE[letter] ?? letter)
    .join('')
    .replace(/ı/g, 'i')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function addressInWords(address: EmailAddress | string): string {
  const email = address as EmailAddress;
  const local = localPartOf(email);
  // A route in the local part (RFC 5321 section 2.3.11, `alice%desk.example@relay`) names another address.
  const shown = /[@%!]/.test(local) ? 'Somebody' : local;
  const words = plainName(`${shown} at ${domainOf(email)}`);
  return /\p{L}|\p{N}/u.test(words) ? words : 'Somebody';
}
