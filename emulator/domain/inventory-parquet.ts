import type { BasicType, ByteWriter } from 'hyparquet-writer' with { 'resolution-mode': 'import' };
import type { InventoryColumn, InventoryKind, InventoryValue } from './inventory-field';

const ROW_GROUP_ROWS = 5_000;

const TYPES: Readonly<Record<InventoryKind, BasicType>> = {
  text: 'STRING',
  time: 'TIMESTAMP',
  integer: 'INT64',
  boolean: 'BOOLEAN',
};

/** A list as Apache Parquet; what is not there is null. One row group at a time is in memory. */
export async function* parquetFile<Listed>(
  columns: readonly InventoryColumn<Listed>[],
  listed: Iterable<Listed>,
): AsyncGenerator<Buffer> {
  // Reading the library takes time that a start of the emulator should not.
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const schema = schemaFromColumnData({
    columnData: columns.map(({ name, kind }) => ({ name, data: [], type: TYPES[kind] })),
  });
  const file = new ParquetWriter({ writer, schema, createdBy: 'dicom-lake' });
  for (const group of groupsOf(listed)) {
    const columnData = columns.map(({ name, kind, value }) => ({
      name,
      data: group.map((one) => typed(kind, value(one))),
    }));
    void file.write({ columnData, rowGroupSize: group.length });
    yield taken(writer);
    // What is written is too little to wait for the disk, and requests want their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  void file.finish();
  yield taken(writer);
}

/** Numbers of 64 bits are wanted as BigInt. */
function typed(kind: InventoryKind, value: InventoryValue): InventoryValue | bigint {
  return typeof value === 'number' && kind === 'integer' ? BigInt(value) : value;
}

/** What was written since the last time. */
function taken(writer: ByteWriter): Buffer {
  const bytes = Buffer.from(writer.getBytes());
  writer.index = 0;
  return bytes;
}

function* groupsOf<Listed>(listed: Iterable<Listed>): Generator<readonly Listed[]> {
  let group: Listed[] = [];
  for (const one of listed) {
    group.push(one);
    if (group.length < ROW_GROUP_ROWS) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
