/**
 * The machine-readable part of a delivery report, message/delivery-status and message/global-delivery-status (RFC 3464
 * section 2, RFC 6533 section 3), also where servers forget the blank lines between recipients, put some inside one
 * recipient's block, or write the fields into the text. Linear in the (capped) content.
 */
import { cutText } from '../../domain/cut-text.ts';
import { actionOfStatus, isPermanentFailure, readStatusField, statusOf } from '../../domain/mail/delivery-status.ts';
import type { DeliveryAction, DeliveryRecipient } from '../../domain/mail/parsed-mail.ts';
import { readAddress } from './delivery-address.ts';

const MAX_RECIPIENTS = 500;
const MAX_LINES = 20_000;
const MAX_DIAGNOSTIC = 2_000;

/** Per-recipient fields of which a block has one; a second one starts the next recipient. */
const SINGLE = new Set(['final-recipient', 'original-recipient', 'action', 'status']);

type Block = Map<string, string>;

/**
 * The recipients in order; `recipient` is empty where the block names none that we can read as an address. `ours`
 * are the addresses that the report goes to and that the returned mail came from, in lower case.
 */
export function readDeliveryFields(content: string, ours: readonly string[] = []): DeliveryRecipient[] {
  const found: DeliveryRecipient[] = [];
  const own = new Set(ours);
  for (const block of splitBlocks(content)) {
    const recipient = recipientOfBlock(block, own);
    if (recipient !== null) found.push(recipient);
    if (found.length >= MAX_RECIPIENTS) break;
  }
  return found;
}

function splitBlocks(content: string): Block[] {
  const blocks: Block[] = [];
  let block: Block = new Map();
  let afterBlank = false;
  let last: string | undefined;
  for (const line of content.split(/\r\n|\n|\r/, MAX_LINES)) {
    if (/^[ \t]/.test(line) && line.trim() !== '' && last !== undefined) {
      block.set(last, `${block.get(last) ?? ''} ${line.trim()}`);
      continue;
    }
    if (line.trim() === '') {
      afterBlank = true;
      last = undefined;
      continue;
    }
    const field = /^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]?:[ \t]*(.*)$/.exec(line.slice(0, 5_000));
    if (field === null) {
      // A continuation whose blank some server took off; the line below a field can be nothing else.
      if (last !== undefined) block.set(last, `${block.get(last) ?? ''} ${line.trim()}`.slice(0, 5_000));
      continue;
    }
    const name = (field[1] ?? '').toLowerCase();
    const isRecipient = name === 'final-recipient' || name === 'original-recipient';
    const hasRecipient = block.has('final-recipient') || block.has('original-recipient');
    if ((SINGLE.has(name) && block.has(name)) || (afterBlank && isRecipient && hasRecipient)) {
      blocks.push(block);
      block = new Map();
    }
    afterBlank = false;
    last = name;
    if (!block.has(name)) block.set(name, (field[2] ?? '').trim());
  }
  blocks.push(block);
  return blocks;
}

function recipientOfBlock(block: Block, ours: Set<string>): DeliveryRecipient | null {
  const recipient = chooseRecipient(block, ours);
  if (recipient === null && !block.has('action') && !block.has('status')) return null;
  const given = readStatusField(block.get('status') ?? '');
  const diagnostic = (block.get('diagnostic-code') ?? '').replace(/^[\w.-]{1,30}[ \t]*;[ \t]*/, '');
  const named = readAction(block.get('action') ?? '');
  const status = statusOf(given, diagnostic, named);
  const action = named ?? actionOfStatus(status);
  return {
    recipient: recipient ?? '',
    action,
    status,
    permanent: isPermanentFailure(action, status),
    diagnostic: diagnostic === '' ? null : cutText(diagnostic, MAX_DIAGNOSTIC),
  };
}

/**
 * The address that failed. Where the server names a place inside its own house (`jo@spool`, an X.400 name), the address
 * that the sender used says more (RFC 3464 section 2.3.1). Some put the address that the report goes to
 * into one of the fields; nobody who reports to us means that our own address failed, unless no other is named.
 */
function chooseRecipient(block: Block, ours: Set<string>): string | null {
  const named = ['final-recipient', 'original-recipient', 'x-actual-recipient', 'x-original-recipient'].flatMap(
    (name) => readTypedAddress(block.get(name)) ?? [],
  );
  const isWhole = (address: string) => /\.[^.@\]]+$/.test(address.slice(address.lastIndexOf('@')));
  const final = readTypedAddress(block.get('final-recipient'));
  if (final !== null && isWhole(final)) return final;
  const others = named.filter((address) => !ours.has(address.toLowerCase()));
  const usable = others.length > 0 ? others : named;
  return usable.find(isWhole) ?? usable[0] ?? null;
}

/** `rfc822; jo@x.example`, also with brackets, xtext (RFC 3461 section 4) or RFC 6533 `\x{...}` escapes, or no type. */
function readTypedAddress(value: string | undefined): string | null {
  if (value === undefined) return null;
  const semicolon = value.indexOf(';');
  const bare = semicolon < 0 ? value : value.slice(semicolon + 1);
  const decoded = bare
    .slice(0, 1_000)
    .replace(/\\x\{([0-9a-fA-F]{1,6})\}/g, (all, hex: string) => codePoint(hex) ?? all)
    .replace(/\+(2B|3D|40|20)/g, (_, hex: string) => codePoint(hex) ?? '');
  return readAddress(decoded);
}

function codePoint(hex: string): string | undefined {
  const value = Number.parseInt(hex, 16);
  if (value < 0x20 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return undefined;
  return String.fromCodePoint(value);
}

function readAction(value: string): DeliveryAction | undefined {
  const word = /[a-z]+/.exec(value.slice(0, 100).toLowerCase())?.[0] ?? '';
  if (word.startsWith('fail') || word === 'rejected' || word === 'bounced') return 'failed';
  if (word.startsWith('delay') || word.startsWith('defer')) return 'delayed';
  if (word.startsWith('deliver')) return 'delivered';
  if (word.startsWith('relay')) return 'relayed';
  if (word.startsWith('expand')) return 'expanded';
  return undefined;
}
