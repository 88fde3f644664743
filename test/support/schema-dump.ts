import type pg from 'pg';

/**
 * The schema of the desk as Postgres itself describes it: enums, tables with columns, constraints, indexes and triggers,
 * and functions. Plain lines in a fixed order, so that a change of the schema is seen as a change of this text.
 */
export async function dumpSchema(client: Pick<pg.Pool, 'query'>): Promise<string> {
  const parts: string[] = [];
  for (const [title, statement] of SECTIONS) {
    const { rows } = await client.query<{ line: string }>(statement);
    parts.push(`# ${title}`, ...rows.map((row) => row.line), '');
  }
  return parts.join('\n');
}

const OURS = `from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind = 'r' and c.relname not like 'turnmail\\_%'`;

const SECTIONS: [string, string][] = [
  [
    'enums',
    `select t.typname || ': ' || string_agg(e.enumlabel, ', ' order by e.enumsortorder) as line
     from pg_type t join pg_enum e on e.enumtypid = t.oid join pg_namespace n on n.oid = t.typnamespace
     where n.nspname = 'public' group by t.typname order by t.typname`,
  ],
  [
    'columns',
    `select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || case when a.attnotnull then ' not null' else '' end
       || case when a.attidentity = 'a' then ' identity' else coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') end
       || case when a.attstorage <> t.typstorage then ' storage ' || a.attstorage::text else '' end as line
     from pg_attribute a join pg_type t on t.oid = a.atttypid
       left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
       join pg_class c on c.oid = a.attrelid
     where a.attnum > 0 and not a.attisdropped and c.oid in (select c.oid ${OURS})
     order by c.relname, a.attnum`,
  ],
  [
    'constraints',
    // From Postgres 18 on, not null is a constraint too; it stands with its column already.
    `select c.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid) as line
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype not in ('n', 't') and c.oid in (select c.oid ${OURS}) order by c.relname, k.conname`,
  ],
  [
    'indexes',
    `select indexdef as line from pg_indexes
     where schemaname = 'public' and tablename not like 'turnmail\\_%' order by tablename, indexname`,
  ],
  [
    'triggers',
    `select pg_get_triggerdef(g.oid) as line from pg_trigger g join pg_class c on c.oid = g.tgrelid
     where not g.tgisinternal and c.oid in (select c.oid ${OURS}) order by c.relname, g.tgname`,
  ],
  [
    'functions',
    `select pg_get_functiondef(p.oid) as line from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'public' order by p.proname`,
  ],
];
