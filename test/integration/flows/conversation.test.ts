import { describe } from 'vitest';
import { describeWith } from '../../support/servers.ts';
import { conversationSuite } from './conversation-suite.ts';

describe('a conversation over our development mail server, the queue on Postgres', () => {
  conversationSuite({ mailbox: 'dev', queue: 'postgres' });
});

describeWith('redis-server', 'a conversation with the queue on Redis', () => {
  conversationSuite({ mailbox: 'dev', queue: 'redis' });
});

describeWith('dovecot', 'a conversation over Dovecot', () => {
  conversationSuite({ mailbox: 'dovecot', queue: 'postgres' });
});
