import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorldOptions } from '../support/desk-world.ts';
import { type Crew, createCrew, type Shape } from './crew.ts';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';
import { ENDS, POINTS, runKill } from './kill-run.ts';
import { createPlayers, type Players } from './players.ts';
import { seededDice } from './seeded-random.ts';

/**
 * Every second point, each once, with an end that goes round: the short set. All of it is `npx node test/faults/kill-runs.ts`.
 * The tests of a suite share a world, so the accounts of each hold for all before it.
 */
export function killSuite(shape: Shape, options: WorldOptions): void {
  let world: FaultWorld;
  let crew: Crew;
  let players: Players;
  beforeAll(async () => {
    world = await startFaultWorld(options);
    crew = createCrew(world, shape);
    players = createPlayers(world, seededDice(1));
  });
  afterAll(() => world?.stop());

  const first = shape === 'one process' ? 0 : 1;
  for (const [index, point] of POINTS.entries()) {
    if (index % 2 !== first) continue;
    const end = ENDS[(index + first) % ENDS.length] ?? 'SIGKILL';
    test(`ended at ${point} by ${end}: nothing lost, nothing twice`, { timeout: 300_000 }, async () => {
      const { problems, findings, figures } = await runKill(world, crew, players, { point, end, times: 1 });
      expect(problems).toEqual([]);
      expect(findings).toEqual([]);
      expect(figures.mailsIn, 'mails that the accounts are about').toBeGreaterThan(1);
    });
  }

  test('asked to stop, every process ends in order', { timeout: 300_000 }, async () => {
    await crew.stopAll();
  });
}
