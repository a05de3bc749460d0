/** The records of a CSV text by RFC 4180, by the names in its first line. Anything that the RFC does not allow throws. */
export function recordsOf(csv: string): readonly Readonly<Record<string, string>>[] {
  const [names = [], ...rows] = rowsOf(csv);
  return rows.map((row) => {
    if (row.length !== names.length) throw new Error(`${names.length} fields wanted, got ${row.join(' | ')}`);
    return Object.fromEntries(names.map((name, index) => [name, row[index] ?? '']));
  });
}

function rowsOf(csv: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  while (field.lastIndex < csv.length) {
    const at = field.lastIndex;
    const [, text = '', end] = field.exec(csv) ?? [];
    if (end === undefined) throw new Error(`no field at ${at}: ${csv.slice(at, at + 40)}`);
    row.push(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
