import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCli, temporaryFolder } from '../support/cli';
import { manifestFixture } from '../support/manifest';

/** What is wrong with the command line or its files ends with 2 and a message that says what to change. */
describe('dicom-lake, used wrongly', () => {
  test.each([
    [
      'an unknown flag',
      ['verify', '--manifset', 'x'],
      /error: unknown option '--manifset'\n\(Did you mean --.*\?\)|error: unknown option '--manifset'/,
    ],
    ['an unknown command', ['verfy'], /error: unknown command 'verfy'\n\(Did you mean verify\?\)/],
    [
      'neither manifest nor URL',
      ['verify'],
      /error: give the manifest of a deployment, or its names with --subscription, .* and --dicom-service, or --dicomweb URL\n/,
    ],
    [
      'names of a deployment that are not complete',
      ['verify', '--subscription', 'x', '--workspace', 'hospital'],
      /error: the names of the deployment are not complete\n {2}- --resource-group is missing\n {2}- --dicom-service is missing\n/,
    ],
    [
      'names beside a manifest',
      ['manifest', 'good.json', '--partition', 'ward-7'],
      /error: give either the manifest 'good.json' or --partition, not both\n/,
    ],
    ['nothing on standard input', ['verify', '-'], /error: the manifest '-' is empty\n/],
    [
      'a cloud of the emulator',
      ['verify', 'good.json', '--cloud', 'AzurePublicCloud', '--emulator', 'gone.json'],
      /error: --cloud is of Azure, and --emulator is none of its clouds\n/,
    ],
    [
      'a deployment beside a DICOMweb server',
      ['verify', '--dicomweb', 'http://127.0.0.1:1', '--cloud', 'AzurePublicCloud'],
      /error: --emulator, --stack and --cloud go with a deployment, not with --dicomweb\n/,
    ],
    [
      'a missing manifest',
      ['verify', 'absent.json'],
      /error: the manifest 'absent.json' cannot be read: there is no such file\n/,
    ],
    ['a folder as manifest', ['verify', '.'], /error: the manifest '.' cannot be read: it is a folder\n/],
    ['an unparsable manifest', ['verify', 'broken.json'], /error: the manifest 'broken.json' is not JSON: /],
    [
      'another schema version',
      ['verify', 'future.json'],
      /error: the deployment manifest in 'future.json' cannot be used\n {2}- schemaVersion must be 1, got 9; deploy and verify with the same version of dicom-lake\n/,
    ],
    [
      'wrong fields, all at once',
      ['verify', 'wrong.json'],
      /cannot be used\n {2}- tenantId must be a GUID .*, got 'contoso'\n {2}- location is not a field of the manifest; known here: .*\n$/,
    ],
    [
      'a manifest without emulator file',
      ['verify', 'good.json', '--emulator', 'absent.json'],
      /error: the ready file of the emulator 'absent.json' cannot be read: there is no such file\n/,
    ],
    [
      'an unknown check',
      ['verify', 'good.json', '--only', 'tears'],
      /error: there is no check or topic 'tears'\n {2}- known are arm, arm\/service-succeeded, /,
    ],
    [
      'a wrong report format',
      ['verify', 'good.json', '--report', 'pdf=x'],
      /error: option '--report <format=file>' argument 'pdf=x' is invalid. give text=FILE, json=FILE, junit=FILE, markdown=FILE or html=FILE.\n/,
    ],
    [
      'evidence judged by other checks than it was gathered for',
      ['verify', '--judge-only', 'evidence.json', '--only', 'tiers'],
      /error: option '--judge-only <file>' cannot be used with option '--only <names...>'\n/,
    ],
    [
      'evidence judged for another manifest',
      ['verify', 'good.json', '--judge-only', 'evidence.json'],
      /error: --judge-only takes no manifest, got 'good.json'; the evidence holds what it needs\n/,
    ],
    [
      'evidence that is none',
      ['verify', '--judge-only', 'good.json'],
      /error: 'good.json' holds no evidence; give the file that dicom-lake verify --gather-only wrote\n/,
    ],
    [
      'a report on evidence that is not judged',
      ['verify', 'good.json', '--gather-only', 'evidence.json', '--json'],
      /error: option '--gather-only <file>' cannot be used with option '--json'\n/,
    ],
    [
      'an annotated run outside GitHub Actions',
      ['verify', 'good.json', '--github'],
      /error: --github needs GITHUB_STEP_SUMMARY, which GitHub Actions sets; elsewhere use --report markdown=FILE\n/,
    ],
    [
      'a URL without a scheme',
      ['verify', '--dicomweb', 'pacs.example.org'],
      /error: the DICOMweb URL must start with http:\/\/ or https:\/\/, got 'pacs.example.org'\n/,
    ],
    [
      'an empty folder of files',
      ['verify', 'good.json', '--dicom', 'nothing'],
      /error: the folder of DICOM files '.*nothing' cannot be read: /,
    ],
    [
      'wrong options of the emulator, all at once',
      [
        ...['emulator', '--arm-port', '99999', '--dicom-port', '', '--admin-port', '1e3', '--state', ''],
        ...['--file-removal-seconds', '0', '--role-propagation-seconds', '-1', '--client-ip', '300.1.1.1'],
        ...['--fault', 'lake/tears', '--fault', 'lake/role-late', '--fault', 'lake/fog'],
      ],
      new RegExp(
        [
          'error: some options cannot be used',
          "  - --arm-port must be a whole number from 0 to 65535, got '99999'",
          "  - --dicom-port must be a whole number from 0 to 65535, got ''",
          "  - --admin-port must be a whole number from 0 to 65535, got '1e3'",
          "  - --state must be the name of a folder, got ''",
          "  - --file-removal-seconds must be seconds from 0.001 to 86400, got '0'",
          "  - --role-propagation-seconds must be seconds from 0 to 86400, got '-1'",
          "  - --client-ip must be an IPv4 address such as 203.0.113.10, got '300.1.1.1'",
          "  - --fault must be one of lake/role-removed, .*, got 'lake/tears'",
          "  - --fault must be one of lake/role-removed, .*, got 'lake/fog'\n$",
        ].join('\n'),
      ),
    ],
    [
      'a ready file that cannot be written',
      ['emulator', '--ready-file', 'absent/ready.json'],
      /error: the ready file 'absent\/ready.json' cannot be written: there is no such folder\n/,
    ],
    [
      'a state folder that is a file',
      ['emulator', '--state', 'good.json'],
      /error: the folder of --state cannot be made: ENOTDIR.*; name a folder\n/,
    ],
    [
      'wrong amounts of a jump, all at once',
      ['emulator', 'clock', 'jump', '--days', '-3', '--hours', 'abc', '--emulator', 'gone.json'],
      /some options cannot be used\n {2}- --days must be a number from 0 to 876000, got '-3'\n {2}- --hours must be .*, got 'abc'\n/,
    ],
    [
      'a ready file of an older emulator',
      ['emulator', 'fault', 'set', 'lake/role-removed', '--emulator', 'old.json'],
      /the ready file of the emulator 'old.json' cannot be used\n {2}- schemaVersion must be 3, got 1; start the emulator again with this version of dicom-lake\n/,
    ],
    [
      'an emulator that is gone',
      ['emulator', 'fault', 'clear', '--emulator', 'gone.json'],
      /error: the emulator of 'gone.json' does not answer at http:\/\/127.0.0.1:1 \(.*\); is it still running\?\n/,
    ],
    [
      'a parameter without a value',
      ['emulator', 'fault', 'set', 'lake/role-late', '--param', 'seconds', '--emulator', 'gone.json'],
      /argument 'seconds' is invalid. give name=value.\n/,
    ],
    [
      'a jump to nowhere',
      ['emulator', 'clock', 'jump', '--emulator', 'gone.json'],
      /error: give --days, --hours or both\n/,
    ],
    [
      'local apply without an emulator',
      ['local', 'apply', 'good.json'],
      /error: required option '--emulator <file>' not specified\n/,
    ],
  ])('fails on %s', async (_what, args, message) => {
    using folder = temporaryFolder();
    const write = (name: string, content: unknown): void =>
      writeFileSync(
        path.join(folder.path, name),
        typeof content === 'string' ? content : JSON.stringify(content),
      );
    write('broken.json', '{"schemaVersion": 1,');
    write('future.json', { ...manifestFixture(), schemaVersion: 9 });
    write('wrong.json', { ...manifestFixture(), tenantId: 'contoso', location: 'westeurope' });
    write('good.json', manifestFixture());
    write('old.json', { schemaVersion: 1 });
    write('gone.json', readyOfNobody(folder.path));
    write('ca.pem', 'no certificate is looked at');

    const { exitCode, stdout, stderr } = await runCli(args, { cwd: folder.path });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test.each([
    [['--help']],
    [['verify', '--help']],
    [['manifest', '--help']],
    [['local', 'apply', '--help']],
    [['emulator', '--help']],
    [['emulator', 'fault', 'set', '--help']],
    [['emulator', 'fault', 'list']],
    [['emulator', 'clock', 'jump', '--help']],
    [['--version']],
  ])('answers %j with 0', async (args) => {
    using folder = temporaryFolder();
    const { exitCode, stdout, stderr } = await runCli(args, { cwd: folder.path });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).not.toBe('');
  });
});

function readyOfNobody(folder: string): object {
  const origin = 'https://127.0.0.1:1';
  const credential = { clientId: 'a', clientSecret: 'b', objectId: 'c' };
  return {
    schemaVersion: 3,
    endpoints: { arm: origin, entra: origin, storage: origin, dicom: origin, logs: origin },
    admin: { endpoint: 'http://127.0.0.1:1', token: 'd' },
    caPath: path.join(folder, 'ca.pem'),
    clientAddress: '203.0.113.10',
    tenantId: 'e',
    subscriptionId: 'f',
    credentials: { deployer: credential, verifier: credential },
  };
}
