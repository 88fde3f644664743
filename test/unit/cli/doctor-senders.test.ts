import { expect, test } from 'vitest';
import { checkSenderTrust } from '../../../src/cli/doctor/doctor-senders.ts';
import { address } from '../../support/decisions.ts';
import { fakeDns } from '../../support/signed-mail.ts';

const { resolve, asked } = fakeDns({
  '_dmarc.acme.example': ['v=DMARC1; p=none'],
  '_dmarc.broken.example': 'ESERVFAIL',
});
const check = (...agents: string[]) => checkSenderTrust({ kind: 'dkim' }, agents.map(address), resolve);

test('doctor names the domains of agents without a DMARC record, and what to publish', async () => {
  const found = await check('alice@acme.example', 'bob@bare.example', 'carol@support.acme.example');
  expect(found).toMatchObject({ state: 'warn', detail: expect.stringContaining('for bare.example, so') });
  expect(found.todo).toContain('v=DMARC1; p=none');
  expect(await check('alice@acme.example')).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('acme.example published a DMARC record'),
  });
});

test('doctor only warns where DNS does not answer, and asks nothing where others verify', async () => {
  expect(await check('dan@broken.example')).toMatchObject({
    state: 'warn',
    detail: expect.stringContaining('DNS did not say whether broken.example'),
  });
  const questions = asked.length;
  const agents = [address('bob@bare.example')];
  expect(await checkSenderTrust({ kind: 'none' }, agents, resolve)).toMatchObject({ state: 'warn' });
  const server = { kind: 'authentication-results', authservId: 'mx.acme.example' } as const;
  expect(await checkSenderTrust(server, agents, resolve)).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('mx.acme.example'),
  });
  expect(asked).toHaveLength(questions);
});
