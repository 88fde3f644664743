import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { EmailAddress } from '../../../src/domain/mail/email-address.ts';
import type { OutboxId } from '../../../src/domain/ticket/ids.ts';
import { openIds, openRaw, sealMail } from '../../../src/mail/compose/sealed-mail.ts';

const [NOW, BEFORE, STRANGE] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const ROW = 7 as OutboxId;
const PROOF = 'abcdefghijklmnopqrstuvwx27';
const MAIL = {
  messageId: `12-3f-${PROOF}.7@desk.example`,
  envelopeFrom: `support+b7-${PROOF}@desk.example` as EmailAddress,
  raw: Buffer.from(`Reply-To: support+12-3f-${PROOF}@desk.example\r\n\r\nGrüße`),
};

test('a sealed mail shows nothing of its tokens, and opens to what it was', () => {
  const sealed = sealMail([NOW], ROW, MAIL);
  for (const part of [sealed.messageId, sealed.envelopeFrom, sealed.ids, sealed.raw])
    expect(part.toString('latin1')).not.toContain(PROOF);
  expect(openRaw([NOW], ROW, sealed.raw)).toEqual(MAIL.raw);
  expect(openIds([NOW], ROW, sealed.ids)).toEqual({ messageId: MAIL.messageId, envelopeFrom: MAIL.envelopeFrom });
});

test('after SECRET was rotated SECRET_PREVIOUS opens what it had sealed; without it nothing does', () => {
  const sealed = sealMail([BEFORE], ROW, MAIL);
  expect(openRaw([NOW, BEFORE], ROW, sealed.raw)).toEqual(MAIL.raw);
  expect(openIds([NOW, BEFORE], ROW, sealed.ids)?.messageId).toBe(MAIL.messageId);
  expect(openRaw([NOW], ROW, sealed.raw)).toBeUndefined();
  expect(openIds([STRANGE], ROW, sealed.ids)).toBeUndefined();
});

test('what was changed, cut or put into another row or column does not open', () => {
  const sealed = sealMail([NOW], ROW, MAIL);
  const changed = Buffer.from(sealed.raw);
  changed.writeUInt8(changed.readUInt8(20) ^ 1, 20);
  expect(openRaw([NOW], ROW, changed)).toBeUndefined();
  expect(openRaw([NOW], ROW, sealed.raw.subarray(0, -1))).toBeUndefined();
  expect(openRaw([NOW], ROW, Buffer.alloc(0))).toBeUndefined();
  expect(openRaw([NOW], 8 as OutboxId, sealed.raw)).toBeUndefined();
  expect(openRaw([NOW], ROW, sealed.ids)).toBeUndefined();
  expect(openRaw([NOW], ROW, MAIL.raw)).toBeUndefined();
});

test('the same mail sealed twice is not the same bytes', () => {
  expect(sealMail([NOW], ROW, MAIL).raw).not.toEqual(sealMail([NOW], ROW, MAIL).raw);
});
