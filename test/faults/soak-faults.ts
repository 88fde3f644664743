import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { ROLES } from '../../src/runtime/settings/config.ts';
import type { DataAnswer } from '../support/smtp-sink.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { ROLE_OF } from './crew.ts';
import { AGENT, type FaultWorld, type Peer } from './fault-world.ts';
import { ENDS, POINTS } from './kill-run.ts';
import type { Dice } from './seeded-random.ts';
import type { SupervisedCrew } from './supervised-crew.ts';

/** One thing that goes wrong, and then is over. */
type Fault = { name: string; run(): Promise<void> };
/** A share of all faults, and how to make one. */
type Kind = [weight: number, make: () => Fault];

/** As a client says it, with the end of its message: without that the server would wait for more, and roll back. */
export const COMMIT = 'commit\0';

/** Draws faults from the dice alone, so that a seed gives the same schedule again. */
export function createFaults(world: FaultWorld, crew: SupervisedCrew, dice: Dice): { draw(): Fault } {
  const kinds: Kind[] = [
    [4, () => kill(crew, dice)],
    [2, () => terminate(crew, dice)],
    [8, () => killAtPoint(crew, dice)],
    [8, () => breakNetwork(world, dice)],
    [4, () => cutOnText(world, dice)],
    [world.redis ? 2 : 0, () => flushRedis(world)],
    [5, () => badRelay(world, dice)],
  ];
  return { draw: () => dice.weigh(kinds)() };
}

function kill(crew: SupervisedCrew, dice: Dice): Fault {
  const role = dice.pick(ROLES);
  return { name: 'SIGKILL at any time', run: async () => crew.kill(role) };
}

function terminate(crew: SupervisedCrew, dice: Dice): Fault {
  const role = dice.pick(ROLES);
  return { name: 'SIGTERM at any time', run: async () => crew.terminate(role) };
}

function killAtPoint(crew: SupervisedCrew, dice: Dice): Fault {
  const order = { point: dice.pick(POINTS), end: dice.pick(ENDS), times: dice.whole(1, 10) };
  return { name: `${order.end} at a point`, run: async () => crew.killAt(ROLE_OF[order.point], order) };
}

function breakNetwork(world: FaultWorld, dice: Dice): Fault {
  const peer = dice.pick(peersOf(world));
  const how = dice.pick(['cut', 'end', 'stall', 'half-open', 'drip', 'refuse'] as const);
  const way = dice.pick(['toServer', 'toClient'] as const);
  const ms = dice.whole(500, 12_000);
  return { name: `${peer}: ${how}`, run: () => disturb(proxyOf(world, peer), how, way, ms) };
}

async function disturb(
  proxy: TcpProxy,
  how: 'cut' | 'end' | 'stall' | 'half-open' | 'drip' | 'refuse',
  way: 'toServer' | 'toClient',
  ms: number,
): Promise<void> {
  switch (how) {
    case 'cut':
      return proxy.cut('rst');
    case 'end':
      return proxy.cut('fin');
    case 'stall':
      proxy.flow({ toServer: 'stall', toClient: 'stall' });
      break;
    case 'half-open':
      proxy.flow({ [way]: 'swallow' });
      break;
    case 'drip':
      proxy.flow({ [way]: { bytes: 20, everyMs: 50 } });
      break;
    case 'refuse':
      await proxy.refuse();
      proxy.cut('rst');
  }
  // Fixed pause: the fault lasts as long as the dice say.
  await sleep(ms);
  await proxy.accept();
  proxy.flow({ toServer: 'pass', toClient: 'pass' });
  // What was swallowed never comes: such a connection ends, as a router's table does when it forgets it.
  if (how === 'half-open') proxy.cut('rst');
}

function cutOnText(world: FaultWorld, dice: Dice): Fault {
  const cuts = [
    { peer: 'postgres', name: 'cut when COMMIT has left', way: 'toServer', text: COMMIT },
    { peer: 'postgres', name: 'cut when COMMIT is answered', way: 'toClient', text: 'COMMIT' },
    { peer: 'smtp', name: 'cut at 354', way: 'toClient', text: '354 ' },
    { peer: 'smtp', name: 'cut after the dot', way: 'toServer', text: '\r\n.\r\n' },
    { peer: 'smtp', name: 'cut in MAIL', way: 'toServer', text: 'MAIL F' },
    { peer: 'imap', name: 'cut in a literal', way: 'toClient', text: 'Subject: ' },
  ] as const;
  const { peer, name, way, text } = dice.pick(cuts);
  const proxy = proxyOf(world, peer);
  return {
    name: `${peer}: ${name}`,
    run: async () => {
      // Time bound: the text may not come in this time, and another fault is due.
      await Promise.race([proxy.cutOnce({ way, text }), sleep(10_000)]);
      proxy.disarm();
    },
  };
}

function flushRedis(world: FaultWorld): Fault {
  return {
    name: 'redis: FLUSHALL',
    run: async () => {
      const client = new Redis(world.redis?.url ?? '', { lazyConnect: true });
      client.on('error', () => {});
      await client.connect();
      await client.flushall();
      client.disconnect();
    },
  };
}

/** For some seconds a share of the mails meets a relay with a bad day. */
function badRelay(world: FaultWorld, dice: Dice): Fault {
  const how = dice.pick([
    '421 to MAIL',
    '450 to RCPT',
    '550 to RCPT',
    '451 after DATA',
    '554 after DATA',
    'drop',
    'hang',
  ] as const);
  const ms = dice.whole(2_000, 10_000);
  const share = dice.pick([0.1, 0.3, 1]);
  return {
    name: `smtp: ${how}`,
    run: async () => {
      const { behaviour } = world.sink;
      const hits = () => dice.chance(how.startsWith('5') || how === 'hang' ? Math.min(share, 0.3) : share);
      const answer = (code: number) => ({ code, message: 'a bad day' });
      // Agents are people that the desk must reach; a final no to them would end the conversation.
      const isAgent = (recipient: string | undefined) => recipient === AGENT;
      if (how === '421 to MAIL') behaviour.onMail = () => (hits() ? answer(421) : undefined);
      if (how === '450 to RCPT') behaviour.onRecipient = () => (hits() ? answer(450) : undefined);
      if (how === '550 to RCPT') behaviour.onRecipient = (to) => (!isAgent(to) && hits() ? answer(550) : undefined);
      behaviour.onData = ({ envelope }): DataAnswer => {
        if (!hits()) return 'accept';
        if (how === '451 after DATA') return answer(451);
        if (how === '554 after DATA' && !isAgent(envelope.to[0])) return answer(554);
        return how === 'drop' || how === 'hang' ? how : 'accept';
      };
      // Fixed pause: the fault lasts as long as the dice say.
      await sleep(ms);
      for (const hook of ['onMail', 'onRecipient', 'onData'] as const) delete behaviour[hook];
    },
  };
}

function peersOf(world: FaultWorld): Peer[] {
  return (['imap', 'smtp', 'postgres', 'redis'] as const).filter((peer) => world.proxies[peer] !== undefined);
}

function proxyOf(world: FaultWorld, peer: Peer): TcpProxy {
  const proxy = world.proxies[peer];
  if (!proxy) throw new Error(`there is no proxy before ${peer}`);
  return proxy;
}
