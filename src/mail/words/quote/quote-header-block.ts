import { hasAddress, hasDate, hasTime } from '../attribution/attribution-parts.ts';
import { remembered } from '../line-memory.ts';
import { HEADER_FIELDS, type HeaderField } from './quote-header-words.ts';
import { type BodyLine, formOf, formWithoutLinks, isLong } from './quote-line.ts';
import { separatorOf } from './quote-separator.ts';

/** Lines that such a block has at most, with recipients over several lines and blank lines between its fields. */
const MAX_LINES = 24;
const MAX_LABEL = 40;

type Field = { known: HeaderField | undefined; value: string };

/** What the fields of a block say, those of its kind that come first; continued lines belong to the field above them. */
export function readHeaderBlock(lines: readonly BodyLine[], at: number, count: number): Map<HeaderField, string> {
  const values = new Map<HeaderField, string>();
  let last: HeaderField | undefined;
  for (const line of lines.slice(at, at + count)) {
    const field = readHeaderLine(line);
    if (field?.known !== undefined) {
      last = values.has(field.known) ? undefined : field.known;
      if (last !== undefined) values.set(last, field.value);
    } else if (last !== undefined) values.set(last, `${values.get(last) ?? ''} ${formOf(line.text)}`.trim());
  }
  return values;
}

type Reading = {
  fields: Set<HeaderField>;
  /** Lines of the form "Label: value". */
  count: number;
  lines: number;
  address: boolean;
  date: boolean;
  time: boolean;
};

/**
 * The block of header fields that Outlook and its kin put above a quoted mail, starting at line `at`: how many lines
 * it has, or undefined. `announced` is true where a rule or a separator
 * stands above: then two fields are enough, and in a language that we do not know four with an address and a time.
 * Without it a form that somebody fills in would look the same.
 */
export function headerBlockAt(lines: readonly BodyLine[], at: number, announced: boolean): number | undefined {
  const first = readHeaderLine(lines[at]);
  if (lines[at]?.depth === 0 && isWholeBlock(lines[at], announced)) return 1;
  if (first === undefined || (first.known === undefined && !announced)) return undefined;
  const reading = readBlock(lines, at);
  return isQuoteHeader(reading, announced) ? reading.lines : undefined;
}

function readBlock(lines: readonly BodyLine[], at: number): Reading {
  const reading: Reading = { fields: new Set(), count: 0, lines: 0, address: false, date: false, time: false };
  let loose = 0;
  let blanks = 0;
  for (let count = 1; count <= MAX_LINES; count++) {
    const line = lines[at + count - 1];
    if (line === undefined || line.depth > 0) break;
    const form = formOf(line.text);
    if (form === '') {
      if (++blanks > 1) break;
      continue;
    }
    const field = readHeaderLine(line);
    // A blank line between the fields is a client that doubles its line breaks; then a text does not follow.
    if (field?.known === undefined && blanks > 0) break;
    if (field === undefined) {
      // Recipients go on over many lines where the folding was lost.
      if (!(hasAddress(form) && /[,;>]$/.test(form)) && ++loose > 4) break;
    } else {
      if (field.known !== undefined) {
        // The quoted mail may itself begin with "To: ..." lines; a field does not come twice.
        if (reading.fields.has(field.known) && field.known === 'from') break;
        reading.fields.add(field.known);
      }
      for (const more of fieldsWithin(form)) reading.fields.add(more);
      reading.count++;
      reading.lines = count;
      loose = 0;
    }
    blanks = 0;
    noteField(reading, field?.value ?? form);
  }
  return reading;
}

function noteField(reading: Reading, value: string): void {
  reading.address ||= hasAddress(value);
  const dated = hasDate(value) || /\d{1,2}/.test(value);
  reading.date ||= hasDate(value);
  reading.time ||= dated && hasTime(value);
}

function isQuoteHeader(reading: Reading, announced: boolean): boolean {
  const has = (field: HeaderField) => reading.fields.has(field);
  const known = [...reading.fields].filter((field) => field !== 'other').length;
  if (has('from') && has('subject') && known >= 3) return true;
  if (has('from') && known >= 3) return reading.address || reading.time;
  if (has('from') && has('date') && (reading.address || announced) && (reading.time || announced)) return true;
  if (has('date') && has('to') && reading.address && reading.date && reading.time) return true;
  if (has('from') && has('subject') && (announced || reading.address)) return true;
  // Yandex names whom and what about, and the date and the author on a line below.
  if (has('to') && has('subject') && reading.address && (announced || (reading.date && reading.time))) return true;
  if (has('date') && has('to') && has('subject')) return reading.address || reading.time;
  return announced && reading.count >= 4 && reading.address && reading.date && reading.time;
}

/** "Label: value", its label in one of the clients' languages or unknown. */
function readHeaderLine(line: BodyLine | undefined): Field | undefined {
  return line === undefined || line.depth > 0 ? undefined : fieldIn(line.text);
}

const fieldIn = remembered((text: string): Field | undefined => {
  const form = formWithoutLinks(text);
  if (form === '' || isLong(form)) return undefined;
  const bare = form.replace(/[*|]/g, '').replace(/^[_\s]{1,3}/, '');
  const colon = bare.slice(0, MAX_LABEL).search(/[:：]/);
  if (colon < 1) return undefined;
  const label = bare
    .slice(0, colon)
    .replace(/(?<!_)_+$/, '')
    .trim()
    .toLowerCase();
  if (/^https?$|^mailto$|\d/.test(label) || label.split(' ').length > 4) return undefined;
  const value = bare.slice(colon + 1).trim();
  return { known: HEADER_FIELDS.get(label), value };
});

/** A block whose lines were joined: "From: A Sent: B To: C Subject: D", also behind its separator. */
function isWholeBlock(line: BodyLine | undefined, announced: boolean): boolean {
  const written = formOf(line?.text ?? '');
  const drawn = /^[-_=~]{2,40} ?[^-_=~:]{3,60}[-_=~]{2,40} ?/.exec(written)?.[0] ?? '';
  const isSeparated = drawn !== '' && separatorOf(drawn)?.kind === 'original';
  const form = isSeparated ? written.slice(drawn.length) : written;
  const [first, ...others] = fieldsWithin(form);
  if (first !== 'from' || !/^[*"]?\S{1,20}(?: \S{1,20}){0,2} ?[:：]/.test(form)) return false;
  const fields = new Set([first, ...others]);
  const known = announced || isSeparated;
  if (!hasTime(form.toLowerCase())) return known && fields.size >= 4 && hasAddress(form);
  const subject = fields.has('subject') && (fields.has('date') || fields.has('to'));
  return subject || (known && fields.has('date') && hasAddress(form));
}

/** The fields that a line names, in order, in one line or several: labels of up to three words, with a blank before the colon or none. */
const fieldsWithin = remembered((form: string): HeaderField[] => {
  const found: HeaderField[] = [];
  if (!/[:：]/.test(form)) return found;
  const words = form
    .replace(/\*/g, '')
    .replace(/ ([:：])(?= |$)/g, '$1')
    .toLowerCase()
    .split(' ');
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const colon = word.search(/[:：]/);
    if (colon < 1) continue;
    const label = word.slice(0, colon);
    const labels = [`${words[at - 2] ?? ''} ${words[at - 1] ?? ''} ${label}`, `${words[at - 1] ?? ''} ${label}`, label];
    const field = labels.map((each) => HEADER_FIELDS.get(each)).find((each) => each !== undefined);
    if (field !== undefined) found.push(field);
  }
  return found;
});
