// Prints what publint and arethetypeswrong find in a tarball. Both are ES modules, which the tests are not.
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';

const bytes = readFileSync(process.argv[2]);
const { messages } = await publint({
  strict: true,
  pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
});
const { types, problems, entrypoints } = await checkPackage(
  createPackageFromTarballData(new Uint8Array(bytes)),
);
process.stdout.write(
  JSON.stringify({
    // The compiler copies package.json, for its version; exports close dist to whoever might be misled by its fields.
    publint: messages.filter(({ code }) => code !== 'NESTED_PACKAGE_JSON_FIELD_IGNORED'),
    types: types && types.kind,
    entrypoints: Object.keys(entrypoints),
    // The resolution of node10 knows no exports; TypeScript 6 has deprecated it.
    problems: (problems ?? []).filter(({ resolutionKind }) => resolutionKind !== 'node10'),
  }),
);
