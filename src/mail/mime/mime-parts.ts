/**
 * The structure of a message (RFC 2046 section 5.1), found in one pass over its lines before anything is decoded. It
 * holds every mail to its bounds, tells whether the structure is one that all programs read alike (`sound`), and is
 * what broken mails are read by: it takes boundary lines with blanks behind them (section 5.1.1) and lets an outer
 * boundary end unfinished inner parts (section 5.1.2).
 */

import { type ParameterField, readParameterField } from '../headers/header-params.ts';
import type { ParseBounds } from '../parse/parse-bounds.ts';
import { fieldOf, lineEnd, type RawField, readHead, repairBytes } from './raw-message.ts';

export type MimePart = {
  /** Offset of its first header field. */
  start: number;
  fields: RawField[];
  /** Content-Type: media type in lower case and decoded parameters. */
  type: string;
  params: Record<string, string>;
  /** Content-Disposition, empty value where none was given. */
  disposition: ParameterField;
  parent: MimePart | undefined;
  depth: number;
  hasChildren: boolean;
  /** The first text of the message that is not marked as an attachment. */
  isFirstText: boolean;
  /** The body as it stands in the message, transfer encoding and all; empty for a multipart. */
  body: Buffer;
};

export type StructureBounds = Pick<ParseBounds, 'maxDepth' | 'maxParts' | 'maxHeaderBytes'>;
export type StructureFault = 'too-deep' | 'too-many-parts' | 'headers-too-large';
/** `sound`: nothing had to be repaired; headers are clean and every multipart is opened and closed in order. */
export type Structure =
  | { ok: true; parts: MimePart[]; sound: boolean }
  | { ok: false; fault: StructureFault; detail: string };

type Open = { delimiter: string; part: MimePart };
type Walk = {
  raw: Buffer;
  bounds: StructureBounds;
  parts: MimePart[];
  open: Open[];
  /** Boundary line to its level in `open`, the innermost where two multiparts share one. */
  levels: Map<string, number>;
  /** Length of the shortest boundary line in `open`. */
  shortest: number;
  /** The part whose body is being read, and where that body started. */
  leaf: { part: MimePart; start: number } | undefined;
  headerBytes: number;
  hasText: boolean;
  sound: boolean;
};

/** RFC 2045 section 5.1: two tokens. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`{|}~-]{1,100}\/[\w!#$%&'*+.^`{|}~-]{1,100}$/;

/** RFC 2046 section 5.1.1, and up to the length that mailers write. */
const SOUND_BOUNDARY = /^[\x20-\x7e]{0,199}[\x21-\x7e]$/;

/** No line longer than this is a boundary: RFC 2046 allows 70 characters, mailers write more. */
const MAX_BOUNDARY = 4_000;

/** All parts in the order they come, the root first. */
export function readStructure(message: Buffer, bounds: StructureBounds): Structure {
  const raw = repairBytes(message);
  const walk: Walk = {
    raw,
    bounds,
    parts: [],
    open: [],
    levels: new Map(),
    shortest: 0,
    leaf: undefined,
    headerBytes: 0,
    hasText: false,
    sound: raw === message,
  };
  let fault = startPart(walk, 0);
  let at = resumeAt(walk);
  while (fault === undefined && walk.open.length > 0) {
    const dashes = raw.indexOf('--', at, 'latin1');
    if (dashes < 0) break;
    at = lineEnd(raw, dashes);
    const found = dashes === 0 || raw[dashes - 1] === 0x0a ? matchBoundary(walk, dashes, at) : undefined;
    if (found === undefined) continue;
    endLeaf(walk, dashes, true);
    walk.sound &&= found.exact && found.level === walk.open.length - 1;
    if (found.closes) walk.sound &&= walk.open[found.level]?.part.hasChildren === true;
    closeTo(walk, found.closes ? found.level : found.level + 1);
    if (found.closes) continue;
    fault = startPart(walk, at);
    at = resumeAt(walk);
  }
  if (fault !== undefined) return { ok: false, ...fault };
  endLeaf(walk, raw.length, false);
  return { ok: true, parts: walk.parts, sound: walk.sound && walk.open.length === 0 };
}

function closeTo(walk: Walk, length: number): void {
  if (length === walk.open.length) return;
  walk.open.length = length;
  indexOpen(walk);
}

function indexOpen(walk: Walk): void {
  walk.levels = new Map(walk.open.map((open, level) => [open.delimiter, level]));
  walk.shortest = Math.min(...walk.open.map((open) => open.delimiter.length));
}

/** Where the body of the newest part starts. */
function resumeAt(walk: Walk): number {
  return walk.leaf?.start ?? walk.raw.length;
}

type Fault = { fault: StructureFault; detail: string };

function startPart(walk: Walk, at: number): Fault | undefined {
  const { raw, bounds, parts, open } = walk;
  const parent = open.at(-1)?.part;
  const stop = (line: string) => line.startsWith('--') && matchLine(walk, line) !== undefined;
  const head = readHead(raw, at, stop, parent === undefined);
  walk.headerBytes += head.bodyStart - at;
  if (parts.length === 0 && raw.length > bounds.maxHeaderBytes && head.fields.length === 0) walk.headerBytes = 0;
  if (walk.headerBytes > bounds.maxHeaderBytes) {
    return { fault: 'headers-too-large', detail: `more than ${bounds.maxHeaderBytes} bytes of header fields` };
  }
  if (parts.length >= bounds.maxParts) return { fault: 'too-many-parts', detail: `more than ${bounds.maxParts} parts` };
  const part = describePart(head.fields, parent, at);
  walk.sound &&= head.clean;
  if (part.depth > bounds.maxDepth)
    return { fault: 'too-deep', detail: `parts nested more than ${bounds.maxDepth} deep` };
  if (parent !== undefined) parent.hasChildren = true;
  parts.push(part);
  if (!walk.hasText && part.type.startsWith('text/') && part.disposition.value !== 'attachment') {
    part.isFirstText = true;
    walk.hasText = true;
  }
  walk.leaf = { part, start: head.bodyStart };
  const boundary = part.type.startsWith('multipart/') ? boundaryOf(raw, head.bodyStart, part) : undefined;
  if (boundary === undefined) walk.sound &&= !part.type.startsWith('multipart/');
  else {
    walk.sound &&= boundary === part.params['boundary'] && SOUND_BOUNDARY.test(boundary);
    walk.sound &&= !walk.levels.has(`--${boundary}`);
    open.push({ delimiter: `--${boundary}`, part });
    indexOpen(walk);
  }
  return undefined;
}

/** RFC 2045 section 5.2: without a Content-Type it is plain text; in a digest it is a message (RFC 2046 section 5.1.5). */
function describePart(fields: RawField[], parent: MimePart | undefined, start: number): MimePart {
  const type = readParameterField(fieldOf(fields, 'content-type') ?? '');
  const fallback = parent?.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const whole = MEDIA_TYPE.test(type.value) ? type.value : type.value === 'text' ? 'text/plain' : fallback;
  return {
    start,
    fields,
    type: whole,
    params: type.params,
    disposition: readParameterField(fieldOf(fields, 'content-disposition') ?? ''),
    parent,
    depth: parent === undefined ? 0 : parent.depth + 1,
    hasChildren: false,
    isFirstText: false,
    body: Buffer.alloc(0),
  };
}

/** The boundary as declared, or, where that one never comes, the one that the body plainly uses. */
function boundaryOf(raw: Buffer, bodyStart: number, part: MimePart): string | undefined {
  const declared = part.params['boundary']?.trimEnd();
  const usable = declared !== undefined && declared !== '' && declared.length < MAX_BOUNDARY;
  if (part.depth > 3) return usable ? declared : undefined;
  if (usable && raw.includes(`--${declared}`, bodyStart, 'latin1')) return declared;
  const body = raw.toString('latin1', bodyStart, bodyStart + 4_000);
  const guess = /(?:^|\n)--([^\s-][^\r\n]{3,200}?)[ \t]*\r?\n(?:content-|\r?\n)/i.exec(body)?.[1];
  return guess ?? (usable ? declared : undefined);
}

/** The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1). */
function endLeaf(walk: Walk, end: number, beforeBoundary: boolean): void {
  const { raw, leaf } = walk;
  if (leaf === undefined) return;
  let to = end;
  if (beforeBoundary && to > leaf.start && raw[to - 1] === 0x0a) {
    to--;
    if (to > leaf.start && raw[to - 1] === 0x0d) to--;
  }
  leaf.part.body = raw.subarray(leaf.start, Math.max(to, leaf.start));
  walk.leaf = undefined;
}

/** `exact`: nothing but a line end stands behind it. */
type Boundary = { level: number; closes: boolean; exact: boolean };

function matchBoundary(walk: Walk, at: number, end: number): Boundary | undefined {
  const length = end - at;
  if (length < walk.shortest || length > MAX_BOUNDARY + 100) return undefined;
  return matchLine(walk, walk.raw.toString('latin1', at, end));
}

function matchLine(walk: Walk, text: string): Boundary | undefined {
  const line = text.trimEnd();
  const behind = text.slice(line.length);
  const exact = behind === '\r\n' || behind === '\n';
  const opens = walk.levels.get(line);
  if (opens !== undefined) return { level: opens, closes: false, exact };
  const closes = line.endsWith('--') ? walk.levels.get(line.slice(0, -2)) : undefined;
  return closes === undefined ? undefined : { level: closes, closes: true, exact: exact || behind === '' };
}
