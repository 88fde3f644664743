/** Whether the desk could believe its own agents: what `turnmail doctor` says of SENDER_TRUST. */

import type { SenderTrust } from '../../domain/desk/rules.ts';
import { domainOf, type EmailAddress } from '../../domain/mail/email-address.ts';
import type { DmarcReading } from '../../domain/mail/sender-check.ts';
import { authenticateMail } from '../../mail/sender/verify-dkim.ts';
import { createSenderDns, type DnsResolver, systemResolver } from '../../mail/sender/verify-dns.ts';
import { type Check, ok, warn } from './doctor-check.ts';

const NAME = 'senders';

/** Only a warning, also where DNS does not answer: a desk takes mail in without it. Takes five seconds at most. */
export async function checkSenderTrust(
  trust: SenderTrust,
  agents: EmailAddress[],
  resolve: DnsResolver = systemResolver(),
): Promise<Check> {
  if (trust.kind === 'none') {
    return warn(
      NAME,
      'SENDER_TRUST is none: a From is taken as true, so anybody can write as a customer',
      'set SENDER_TRUST=dkim, unless a mail server before us refuses forgeries (DMARC)',
    );
  }
  if (trust.kind === 'authentication-results') {
    return ok(
      NAME,
      `what ${trust.authservId} says of a sender is believed; it must remove such fields from what comes in`,
    );
  }
  const domains = new Map(agents.map((address) => [domainOf(address), address]));
  const found = await Promise.all(
    [...domains].map(async ([domain, address]) => ({ domain, result: await lookUpDmarc(address, resolve) })),
  );
  const those = (wanted: DmarcReading['result']) =>
    found.filter(({ result }) => result === wanted).map(({ domain }) => domain);
  const [bare, unknown] = [those('none'), those('dns-failure')];
  if (bare.length > 0) {
    return warn(
      NAME,
      `no DMARC record is published for ${bare.join(', ')}, so nothing verifies the mail of its agents, and it is parked`,
      'publish v=DMARC1; p=none as a TXT record at _dmarc.<domain>, and sign with DKIM; or read SENDER_TRUST in README',
    );
  }
  if (unknown.length > 0) {
    return warn(
      NAME,
      `DNS did not say whether ${unknown.join(', ')} ${unknown.length === 1 ? 'has' : 'have'} a DMARC record`,
      'SENDER_TRUST=dkim needs a resolver that answers; until it does, mail of agents waits some minutes and is parked',
    );
  }
  const whose = found.length === 0 ? '' : `; ${[...domains.keys()].join(', ')} published a DMARC record`;
  return ok(NAME, `DKIM and DMARC are verified here${whose}`);
}

/** Asks as for a mail without a signature: what counts is whether a policy is found. */
async function lookUpDmarc(address: EmailAddress, resolve: DnsResolver): Promise<DmarcReading['result']> {
  const unsigned = Buffer.from(`From: <${address}>\r\n\r\n`);
  return (await authenticateMail(unsigned, address, Date.now(), createSenderDns(resolve))).dmarc.result;
}
