import { describeWith } from '../support/servers.ts';
import { killSuite } from './kill-suite.ts';

describeWith('dovecot', 'a process for each role, over Dovecot', () => {
  describeWith('redis-server', 'the queue on Redis', () => {
    killSuite('a process for each role', { mailbox: 'dovecot', queue: 'redis' });
  });
});
