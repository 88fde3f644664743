import { describe, expect, test } from 'vitest';
import { parseImapUrl } from '../../../src/domain/desk/imap-url.ts';

describe('IMAP_URL', () => {
  test('is read with its defaults', () => {
    expect(parseImapUrl('imaps://desk:secret@mail.example')).toEqual({
      host: 'mail.example',
      port: 993,
      secure: true,
      user: 'desk',
      password: 'secret',
      folder: 'INBOX',
      loopback: false,
    });
    expect(parseImapUrl('imap://desk:secret@[::1]/')).toMatchObject({
      host: '::1',
      port: 143,
      loopback: true,
      secure: false,
    });
  });

  test('gives back what was URL-encoded', () => {
    const url = 'imap://desk%40acme.example:p%3A%2F%25w@mail.example:1143/Help%20desk/N%C3%A9u';
    expect(parseImapUrl(url)).toMatchObject({
      user: 'desk@acme.example',
      password: 'p:/%w',
      folder: 'Help desk/Néu',
      port: 1143,
    });
  });

  const wrong = [
    'mail.example',
    'http://u:hunter2@mail.example',
    'imaps://mail.example',
    'imaps://:hunter2@mail.example',
    'imaps://u:%zzhunter2@mail.example',
    'imaps://u:hunter2@mail.example/INBOX?x',
    'imaps://u:hunter2@mail.example/INBOX#x',
    'imaps://u:hunter2@mail.example/%0d%0aA1%20LOGOUT',
    'imaps://u:hunter2%0a@mail.example/',
    'imaps://u:hunter2@mail.example:0/',
    'imaps://u:hunter2@mail.example:99999/',
    'imaps://u:hunter2/x@mail.example/INBOX',
  ];
  for (const url of wrong) {
    test(`${url} is refused in a sentence that keeps the password`, () => {
      const read = () => parseImapUrl(url);
      expect(read).toThrow(/IMAP_URL/);
      expect(read).not.toThrow(/hunter2/);
    });
  }
});
