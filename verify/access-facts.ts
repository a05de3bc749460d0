import {
  AUDIENCES,
  AZURE_CLOUDS,
  type BuiltInRole,
  containerIdOf,
  type DeploymentManifest,
  type Plane,
  ROLES,
} from '../contract';
import { armReader, type AzureConnection, callerObjectId } from './clients/azure';
import { httpSender } from './clients/http';
import { resolvedName, type ResolvedName, resolveName } from './clients/names';
import { heldRoles } from './clients/role-assignments';
import { type TokenIdentity, identityIn } from './clients/token-claims';
import type { Clock } from './clock';
import { EvidenceError } from './error';
import { explainFailure, type FailureExplanation } from './explain-failure';

/** What was asked for, or why there was no answer. */
export type Asked<Value> =
  { readonly state: 'had'; readonly value: Value } | ({ readonly state: 'failed' } & FailureExplanation);

/** How far whoever runs a verification gets, before there is one. */
export interface AccessFacts {
  /** Host of Azure Resource Manager. */
  readonly armHost: string;
  /** How far Azure's clock is ahead of this machine's, in milliseconds; negative where it is behind. */
  readonly clockAheadMs: Asked<number>;
  /** Whose the token for each service is. */
  readonly logins: Readonly<Record<LoginPlane, Asked<TokenIdentity>>>;
  /** Of a deployment only. */
  readonly deployment?: {
    readonly tenantId: string;
    readonly names: readonly ResolvedHost[];
    readonly rights: Asked<readonly VerifierRight[]>;
  };
}

export type LoginPlane = 'arm' | 'lake' | 'dicom';

/** Where a name of a deployment leads from here. */
export interface ResolvedHost extends ResolvedName {
  /** Whether the deployment has a private endpoint behind it. */
  readonly isMeantPrivate: boolean;
}

/** Something that a verification has to be allowed. */
export interface VerifierRight {
  /** Of the role that gives it and nothing that is not needed. */
  readonly roleName: string;
  /** What it is needed on, in words. */
  readonly on: string;
  readonly held: boolean;
}

export interface AccessEnvironment {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** After which each question counts as not answered, in milliseconds. */
  readonly limitMs: number;
}

/** Asks everything at once; changes nothing. */
export async function gatherAccess(
  connection: AzureConnection,
  manifest: DeploymentManifest | undefined,
  environment: AccessEnvironment,
): Promise<AccessFacts> {
  const cloud = AZURE_CLOUDS[connection.cloud ?? 'AzurePublicCloud'];
  const arm = connection.armEndpoint ?? cloud.armEndpoint;
  const login = (plane: LoginPlane, audience: string): Promise<Asked<TokenIdentity>> =>
    ask(plane, audience, environment, async (signal) => {
      const token = await connection.credential.getToken(`${audience}/.default`, { abortSignal: signal });
      return identityIn(token?.token ?? '');
    });
  const [clockAheadMs, ofArm, ofLake, ofDicom, deployment] = await Promise.all([
    ask('arm', arm, environment, (signal) => clockAhead(arm, connection, environment.clock, signal)),
    login('arm', cloud.armEndpoint),
    login('lake', AUDIENCES.storage),
    login('dicom', AUDIENCES.dicom),
    manifest === undefined ? undefined : deploymentFacts(manifest, connection, arm, environment),
  ]);
  return {
    armHost: new URL(arm).host,
    clockAheadMs,
    logins: { arm: ofArm, lake: ofLake, dicom: ofDicom },
    ...(deployment === undefined ? {} : { deployment }),
  };
}

/** From what needs no login. @see https://www.rfc-editor.org/rfc/rfc9110#name-date */
async function clockAhead(
  arm: string,
  { ca }: AzureConnection,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const send = httpSender(ca === undefined ? {} : { ca });
  const before = clock.now();
  const answer = await send({
    method: 'GET',
    url: `${arm}/metadata/endpoints?api-version=2022-09-01`,
    signal,
  });
  const there = Date.parse(answer.header('date') ?? '');
  if (Number.isNaN(there))
    throw new EvidenceError('NOT_OBSERVABLE', 'the answer has no date', 'look at proxies between');
  return there - (before + clock.now()) / 2;
}

async function deploymentFacts(
  manifest: DeploymentManifest,
  connection: AzureConnection,
  arm: string,
  environment: AccessEnvironment,
): Promise<NonNullable<AccessFacts['deployment']>> {
  const [names, rights] = await Promise.all([
    resolvedHosts(manifest, connection),
    ask('arm', arm, environment, (signal) => verifierRights(manifest, connection, signal)),
  ]);
  return { tenantId: manifest.tenantId, names, rights };
}

function resolvedHosts(
  { dicomService, lake, intended }: DeploymentManifest,
  { resolve = resolveName }: AzureConnection,
): Promise<readonly ResolvedHost[]> {
  const endpoints = [
    ['healthcareworkspace', dicomService.serviceUrl],
    ['blob', lake.blobEndpoint],
    ['dfs', lake.dfsEndpoint],
  ] as const;
  return Promise.all(
    endpoints.map(async ([group, url]) => {
      return {
        ...(await resolvedName(new URL(url).hostname, resolve)),
        isMeantPrivate: intended?.privateEndpoints.some(({ groupId }) => groupId === group) === true,
      };
    }),
  );
}

/** What `VerifierGrant` grants, by an operation that each role is needed for. */
async function verifierRights(
  manifest: DeploymentManifest,
  connection: AzureConnection,
  signal: AbortSignal,
): Promise<readonly VerifierRight[]> {
  const objectId = await callerObjectId(connection, { abortSignal: signal });
  if (objectId === undefined)
    throw new EvidenceError(
      'NOT_OBSERVABLE',
      'the token does not say whose it is',
      'look at the roles by hand',
    );
  const { workspace, dicomService, lake } = manifest;
  const needs: readonly Need[] = [
    [ROLES.reader, 'the workspace', workspace.id, 'action', 'Microsoft.HealthcareApis/workspaces/read'],
    [
      ROLES.reader,
      'the storage account',
      lake.storageAccountId,
      'action',
      'Microsoft.Storage/storageAccounts/read',
    ],
    [
      ROLES.storageBlobDataReader,
      'the container of the lake',
      containerIdOf(lake),
      'data-action',
      'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read',
    ],
    [
      ROLES.dicomDataOwner,
      'the DICOM service',
      dicomService.id,
      'data-action',
      'Microsoft.HealthcareApis/workspaces/dicomservices/resources/write',
    ],
  ];
  const arm = armReader(connection);
  const rights: VerifierRight[] = [];
  for (const [role, on, scope, plane, operation] of needs) {
    const roles = await heldRoles(arm, scope, { assignedTo: objectId }, signal);
    const held = roles.some(({ powers }) => powers.allows(plane, operation));
    rights.push({ roleName: role.name, on, held });
  }
  return rights;
}

type Need = readonly [BuiltInRole, string, string, 'action' | 'data-action', string];

/** @throws what is none of the expected failures */
async function ask<Value>(
  plane: Plane,
  url: string,
  { clock, signal, limitMs }: AccessEnvironment,
  question: (signal: AbortSignal) => Promise<Value>,
): Promise<Asked<Value>> {
  signal.throwIfAborted();
  const limit = clock.timeout(limitMs);
  const either = AbortSignal.any([signal, limit]);
  const ended = new Promise<never>((_, reject) => {
    either.addEventListener('abort', () => reject(either.reason as Error), { once: true });
  });
  try {
    return { state: 'had', value: await Promise.race([question(either), ended]) };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted)
      return {
        state: 'failed',
        code: 'DEADLINE',
        reason: `no answer within ${limitMs / 1000} s`,
        remedy: 'look at the network and the proxy, and try again',
      };
    const explained = explainFailure(error, plane, url);
    if (explained === undefined) throw error;
    return { state: 'failed', ...explained };
  }
}
