import type { FaultId } from '../../../emulator';
import { AUDIENCES } from '../../../contract';
import { multipartOf, send } from '../../support/dicom-http';
import { dicomReaderToken, makeDicomReader } from '../../support/dicom-reader';
import { JSON_ACCEPT } from '../../support/dicom-service';
import { credentialOf } from '../../support/emulator';
import { anonymousSender } from '../../support/storage-http';
import { type FaultBench, imageOf, type Seen, seenIn } from './fault-bench';
import type { Witness } from './witnesses';

const AUTHORIZATION = 'providers/Microsoft.Authorization';

interface Assignment {
  readonly properties: {
    readonly principalId: string;
    readonly roleDefinitionId: string;
    readonly condition?: string;
  };
}

/** Who sees the faults of roles and access. */
export const ACCESS_WITNESSES = {
  'lake/role-given-to-stranger': {
    observers: [
      async (bench) => wellIf((await assignmentsAt(bench, bench.service.lake.containerId)).every(isKnown)),
    ],
  },
  'lake/verifier-is-owner': {
    observers: [
      async (bench) => {
        const { verifier } = bench.service.emulator.ready.credentials;
        const held = await assignmentsAt(bench, bench.service.lake.accountId);
        return wellIf(
          !held.some(
            ({ properties }) =>
              properties.principalId === verifier.objectId &&
              properties.roleDefinitionId.endsWith('8e3af657-a8ff-443c-a75c-2fe8c4bcb635'),
          ),
        );
      },
    ],
  },
  'lake/role-conditional': {
    observers: [
      async (bench) =>
        wellIf(
          (await assignmentsAt(bench, bench.service.lake.containerId)).every(
            ({ properties }) => properties.condition === undefined,
          ),
        ),
    ],
  },
  'lake/deny-assignment': { observers: [store] },
  'dicom/identity-replaced': { observers: [store] },
  'dicom/no-token-accepted': {
    observers: [
      async ({ service: { emulator, lake } }) => {
        const { status } = await send(`${lake.serviceUrl}/v2/studies`, emulator.ca, { accept: JSON_ACCEPT });
        return wellIf(status === 401);
      },
    ],
  },
  'dicom/wrong-audience-accepted': {
    observers: [
      async (bench) => {
        const { emulator } = bench.service;
        const { token } = await credentialOf(emulator, 'verifier').getToken(`${AUDIENCES.arm}/.default`);
        return wellIf((await searchWith(bench, token)) === 401);
      },
    ],
  },
  'dicom/reader-may-store': {
    prepare: async ({ service: { emulator, lake } }) => {
      await makeDicomReader(emulator, lake);
    },
    observers: [
      async (bench) => {
        const { emulator, lake } = bench.service;
        const token = await dicomReaderToken(emulator, lake);
        const { body, headers } = multipartOf([imageOf('of-reader')]);
        const { status } = await send(`${lake.serviceUrl}/v2/studies`, emulator.ca, {
          method: 'POST',
          accept: JSON_ACCEPT,
          body,
          headers: { ...headers, Authorization: `Bearer ${token}` },
        });
        return wellIf(status === 403);
      },
    ],
  },
  'dicom/public-access-off': { observers: [async (bench) => seenIn(await bench.dicom('/changefeed'))] },
  'lake/anonymous-access-on': {
    observers: [
      async ({ service: { emulator, lake }, path }) => {
        const look = anonymousSender(emulator, lake);
        const answers = [
          await look('GET', '/dicom?restype=container&comp=list'),
          await look('GET', `/dicom/${path}`),
        ];
        const isOpen = answers.every(({ status }) => status === 200);
        return wellIf(!isOpen && answers.every(({ status }) => status === 401));
      },
    ],
  },
  'lake/shared-key-on': {
    observers: [
      async ({ service: { emulator, lake } }) => {
        const { headers } = await anonymousSender(emulator, lake)('GET', '/dicom/a', {
          headers: { Authorization: `SharedKey testlake:${Buffer.alloc(32).toString('base64')}` },
        });
        return wellIf(headers['x-ms-error-code'] === 'KeyBasedAuthenticationNotPermitted');
      },
    ],
  },
} satisfies Partial<Readonly<Record<FaultId, Witness>>>;

async function store(bench: FaultBench): Promise<Seen> {
  return seenIn(await bench.store());
}

async function searchWith({ service: { emulator, lake } }: FaultBench, token: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await send(`${lake.serviceUrl}/v2/studies`, emulator.ca, { accept: JSON_ACCEPT, headers })).status;
}

async function assignmentsAt(bench: FaultBench, scope: string): Promise<readonly Assignment[]> {
  const query = new URLSearchParams({ 'api-version': '2022-04-01', $filter: 'atScope()' });
  const { json } = await bench.arm(`${scope}/${AUTHORIZATION}/roleAssignments?${query.toString()}`);
  return (json as { readonly value: readonly Assignment[] }).value;
}

function isKnown({ properties }: Assignment): boolean {
  return properties.principalId !== '99999999-9999-9999-9999-999999999999';
}

function wellIf(condition: boolean): Seen {
  return condition ? 'well' : 'ill';
}
