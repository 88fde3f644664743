import { describe } from 'vitest';
import { killSuite } from './kill-suite.ts';

describe('all roles in one process, the queue on Postgres', () => {
  killSuite('one process', { mailbox: 'dev', queue: 'postgres' });
});
