import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import { deeds, linesGivenBack, replyOfAlice, sent, ticket } from '../../support/decisions.ts';

describe('a command above the signature of a mail program that does not mark it', () => {
  const SIGNATURE =
    'Kind regards\n\nAlice Ames\nAcme GmbH, Second Level\nT +49 30 1234567\nThis e-mail is confidential.';

  test.each(['/take', '/close', '/assign bob', '/queue', '/history'])(
    '%s sends the customer no response',
    (command) => {
      const decision = decideMail(replyOfAlice(`${command}\n\n${SIGNATURE}`, ticket()));
      expect(decision.disposition).toBe('command');
      expect(deeds(decision.effects)).not.toContain('respond');
      expect(sent(decision.effects)).not.toContain('response to jo@customer.example');
    },
  );

  test('counts where it bears another name than the desk knows, with a number or an address below', () => {
    const takes = (words: string) => deeds(decideMail(replyOfAlice(`/take\n${words}`, ticket())).effects);
    expect(takes('A. Ames-Berg\nAcme GmbH\nT +49 (0)30 123 45 67')).toEqual(['assign']);
    expect(takes('Jo Miller\nwill come by')).toContain('respond');
    expect(takes('Please call us\n+49 30 1234567')).toContain('respond');
  });

  test('is said where the command is confirmed', () => {
    expect(linesGivenBack(decideMail(replyOfAlice(`/take\nAlice\nAcme`, ticket())))).toContain(
      'nothing but your signature',
    );
    expect(linesGivenBack(decideMail(replyOfAlice('/take', ticket())))).not.toContain('signature');
  });

  test('still sends whatever she wrote above it, and keeps a note whole', () => {
    const close = decideMail(replyOfAlice(`/close\nGlad it works.\n\n${SIGNATURE}`, ticket()));
    expect(close.effects[0]).toMatchObject({ do: 'respond', words: `Glad it works.\n\n${SIGNATURE}` });
    expect(decideMail(replyOfAlice('/close\nThank you.\nAlice Ames', ticket())).disposition).toBe('response');
    expect(decideMail(replyOfAlice(`/note\n${SIGNATURE}`, ticket())).effects[0]).toMatchObject({
      do: 'note',
      note: SIGNATURE,
    });
  });

  test('is not enough for /send, nor is nothing', () => {
    expect(linesGivenBack(decideMail(replyOfAlice(`/send\n${SIGNATURE}`, ticket())))).toContain(
      '/send needs your words',
    );
    expect(linesGivenBack(decideMail(replyOfAlice('/send', ticket())))).toContain('/send needs your words');
  });
});
