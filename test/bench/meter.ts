import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { treeUsage } from './process-tree.ts';

/** CPU seconds since the meter was started, and the peaks of memory of all processes of the worker together. */
export type Used = { worker: number; parts: number[]; postgres: number; peakMb: number };
export type Meter = { read(): Used };

export function startMeter(workerPid: number, admin: pg.Client): Meter {
  const backend = 'processID' in admin ? Number(admin.processID) : 0;
  const postmaster = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${backend}/status`, 'utf8'))?.[1]);
  const before = { worker: treeUsage(workerPid), postgres: treeUsage(postmaster) };
  return {
    read: () => {
      const worker = treeUsage(workerPid);
      const parts = [...worker.byProcess].map(([pid, seconds]) => seconds - (before.worker.byProcess.get(pid) ?? 0));
      return {
        worker: worker.cpuSeconds - before.worker.cpuSeconds,
        parts,
        postgres: treeUsage(postmaster).cpuSeconds - before.postgres.cpuSeconds,
        peakMb: worker.peakMb,
      };
    },
  };
}

export type Counts = { statements: number; commits: number; walBytes: number };

/**
 * What the server has counted: statements of a database without begin, commit and what is set; and transactions that wrote
 * (each has a number), since pg_stat_database counts late.
 */
export async function countPostgres(admin: pg.Client, database: string): Promise<Counts> {
  const { rows } = await admin.query<Counts>(
    `select
       (select coalesce(sum(calls), 0)::float8 from pg_stat_statements s join pg_database d on d.oid = s.dbid
        where d.datname = $1 and s.query !~* '^(begin|commit|set|rollback|start)') as statements,
       pg_snapshot_xmax(pg_current_snapshot())::text::float8 as commits,
       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as "walBytes"`,
    [database],
  );
  return rows[0] ?? { statements: 0, commits: 0, walBytes: 0 };
}

/** The dearest statements of a database: how often a mail each is made, and its planning and execution in ms a mail. */
export async function listStatements(admin: pg.Client, database: string, mails: number) {
  const { rows } = await admin.query<{ calls: number; plan: number; execute: number; text: string }>(
    `select round(s.calls::numeric / $2, 3)::float8 as calls, round((s.total_plan_time / $2)::numeric, 3)::float8 as plan,
       round((s.total_exec_time / $2)::numeric, 3)::float8 as execute,
       left(regexp_replace(s.query, '\\s+', ' ', 'g'), 90) as text
     from pg_stat_statements s join pg_database d on d.oid = s.dbid
     where d.datname = $1 order by s.total_exec_time + s.total_plan_time desc limit 25`,
    [database, mails],
  );
  return rows;
}
