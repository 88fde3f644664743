import type pg from 'pg';

/** Words that stand nowhere but in what a person wrote, so that whoever finds one has found a leak. */
export type Leak = { where: string; word: string };

/** A mail with a word of its own in the subject, the body, the name of a file, the file and the Message-ID. */
export function canaryMail(from: string, to: string): Buffer {
  return Buffer.from(
    [
      `From: ${from}`,
      `To: ${to}`,
      'Subject: Zebrafinch',
      'Message-ID: <zebra@person.example>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b1',
      '',
      '--b1',
      'Content-Type: text/plain',
      '',
      'Quokkabody, says Xavierine.',
      '--b1',
      'Content-Type: text/plain; name="walrusfile.txt"',
      'Content-Disposition: attachment; filename="walrusfile.txt"',
      '',
      'Narwhalbytes',
      '--b1--',
      '',
    ].join('\r\n'),
  );
}

/** Which of the words stand in a text, in any case of letters. */
export function findCanaries(where: string, text: string, words: readonly string[]): Leak[] {
  const lower = text.toLowerCase();
  return words.filter((word) => lower.includes(word.toLowerCase())).map((word) => ({ where, word }));
}

/** Every column of every table of a schema in which one of the words stands; bytes are read as they are. */
export async function searchTables(pool: pg.Pool, schema: string, words: readonly string[]): Promise<Leak[]> {
  const columns = await pool.query<{ table: string; column: string; type: string }>(
    `select c.table_name as table, c.column_name as column, c.data_type as type
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = $1 and t.table_type = 'BASE TABLE' order by 1, 2`,
    [schema],
  );
  const leaks: Leak[] = [];
  for (const { table, column, type } of columns.rows) {
    const text = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`;
    const { rows } = await pool.query<{ word: string }>(
      `select distinct word from unnest($1::text[]) word
       where exists (select from "${schema}"."${table}" where position(lower(word) in lower(${text})) > 0)`,
      [words],
    );
    leaks.push(...rows.map(({ word }) => ({ where: `${table}.${column}`, word })));
  }
  return leaks;
}

/** How many tables and rows a search looks at, for tests that nothing is found in something. */
export async function countRows(pool: pg.Pool, schema: string): Promise<number> {
  const { rows } = await pool.query<{ table: string }>(
    `select table_name as table from information_schema.tables where table_schema = $1 and table_type = 'BASE TABLE'`,
    [schema],
  );
  let count = 0;
  for (const { table } of rows) {
    const found = await pool.query<{ n: number }>(`select count(*)::int as n from "${schema}"."${table}"`);
    count += found.rows[0]?.n ?? 0;
  }
  return count;
}
