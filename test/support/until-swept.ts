import type { DeskWorld } from './desk-world.ts';

/**
 * Waits until a sweep that began after the call has done all it does. A sweep begins with giving expired claims back, and
 * never runs twice at once in a process: a second claim that is given back tells of the end of the first sweep.
 */
export async function untilSwept(world: DeskWorld): Promise<void> {
  for (let n = 1; n <= 2; n++) {
    const [claim] = await world.rows<{ id: number }>(
      `insert into outbox (audience, kind, recipient, payload, created_at, next_attempt_at, attempts, state, lease_until)
       values ('operator', 'alert', 'sweep@ops.example', '{"lines":["x"]}', epoch_ms(), epoch_ms() + 86400000, 0, 'claimed', 1)
       returning id::int`,
    );
    await world.until(`select state = 'pending' from outbox where id = ${claim?.id}`);
    await world.rows(`delete from outbox where id = ${claim?.id}`);
  }
}
