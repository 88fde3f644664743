import { describe, expect, test } from 'vitest';
import { parseSmtpUrl } from '../../../src/domain/desk/smtp-url.ts';

describe('SMTP_URL', () => {
  test('is read with its defaults', () => {
    expect(parseSmtpUrl('smtp://mail.example')).toEqual({
      host: 'mail.example',
      port: 587,
      secure: false,
      credentials: undefined,
      loopback: false,
    });
    expect(parseSmtpUrl('smtps://a%40b:c@[::1]:4650')).toEqual({
      host: '::1',
      port: 4650,
      secure: true,
      credentials: { user: 'a@b', password: 'c' },
      loopback: true,
    });
  });

  for (const url of [
    'mail.example',
    'http://mail.example',
    'smtp://u:hunter2@',
    'smtp://u:%zzhunter2@h',
    'smtp://h/x',
    'smtp://:hunter2@h',
    'smtp://h:0',
  ]) {
    test(`${url} is refused in a sentence that keeps the password`, () => {
      const read = () => parseSmtpUrl(url);
      expect(read).toThrow(/SMTP_URL/);
      expect(read).not.toThrow(/hunter2/);
    });
  }
});
