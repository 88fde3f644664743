/**
 * Takes the database's clock, by which leases, due times and counts of mails go, into the test's own hands.
 * @param sql runs one statement in the world's database
 * @returns what sets it
 */
export async function holdDatabaseClock(
  sql: (statement: string) => Promise<unknown>,
  now: number,
): Promise<(now: number) => Promise<unknown>> {
  await sql('create table rig_clock (now bigint not null)');
  await sql(`insert into rig_clock values (${now})`);
  await sql(`create or replace function epoch_ms() returns bigint language sql stable as 'select now from rig_clock'`);
  return (moment) => sql(`update rig_clock set now = ${moment}`);
}
