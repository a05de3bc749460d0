import { z } from 'zod';
import {
  ANALYTICS_ENGINES,
  AZURERM_MAJORS,
  CORS_METHODS,
  DICOM_LAKE_PROFILES,
  INVENTORY_FORMATS,
  INVENTORY_SCHEDULES,
  LAKE_NETWORK_ACCESSES,
  REPLICATIONS,
  TIER_BASES,
  type PrivateDnsZones,
} from '../constructs';
import { PROFILES } from '../contract';

/**
 * The shape of a settings file. What a value may be beyond its shape, such as how long a name may get, is judged by
 * the constructs, which give their props the same names.
 */
const tierRule = z.strictObject({
  name: z.string(),
  basis: z.enum(TIER_BASES),
  coolAfterDays: z.int().optional(),
  coldAfterDays: z.int().optional(),
  returnToHotOnAccess: z.boolean().optional(),
  partitions: z.array(z.string()).optional(),
});

/** Ids of zones that exist already. */
const zoneIds = {
  workspace: z.string().optional(),
  fhir: z.string().optional(),
  dicom: z.string().optional(),
  blob: z.string().optional(),
  dfs: z.string().optional(),
} satisfies Record<keyof PrivateDnsZones, z.ZodType>;

const network = z.discriminatedUnion('access', [
  z.strictObject({ access: z.literal('open') }),
  z.strictObject({
    access: z.literal('selected'),
    ipRanges: z.array(z.string()).optional(),
    subnetIds: z.array(z.string()).optional(),
    trustedServices: z.boolean().optional(),
  }),
  z.strictObject({ access: z.literal('private'), trustedServices: z.boolean().optional() }),
]);

const cors = z.strictObject({
  origins: z.array(z.string()),
  methods: z.array(z.enum(CORS_METHODS)).optional(),
  headers: z.array(z.string()).optional(),
  maxAgeSeconds: z.int().optional(),
  credentials: z.boolean().optional(),
});

const inventory = z.strictObject({
  inventoryContainerName: z.string().optional(),
  schedule: z.enum(INVENTORY_SCHEDULES).optional(),
  format: z.enum(INVENTORY_FORMATS).optional(),
  includeDeleted: z.boolean().optional(),
  keepDays: z.int().optional(),
});

const privateAccess = z.strictObject({
  subnetId: z.string(),
  dnsZones: z.union([z.literal('managed-elsewhere'), z.strictObject(zoneIds)]).optional(),
  lakeEndpoints: z.boolean().optional(),
});

const monitoring = z.strictObject({
  logAnalyticsWorkspace: z
    .strictObject({ logAnalyticsWorkspaceId: z.string(), location: z.string() })
    .optional(),
  actionGroupId: z.string().optional(),
  emailAddresses: z.array(z.string()).optional(),
  logReads: z.boolean().optional(),
});

const existingWorkspace = z.strictObject({
  workspaceId: z.string(),
  workspaceName: z.string(),
  location: z.string(),
});

const existingLake = z.strictObject({
  storageAccountId: z.string(),
  storageAccountName: z.string(),
  containerName: z.string(),
  blobEndpoint: z.string().optional(),
  dfsEndpoint: z.string().optional(),
  deletedFileRetentionDays: z.int(),
  lastAccessTracking: z.boolean(),
  networkAccess: z.enum(LAKE_NETWORK_ACCESSES),
  location: z.string().optional(),
});

const existingIdentity = z.strictObject({ identityId: z.string(), principalId: z.string() });

const key = z.strictObject({ keyVaultId: z.string(), keyUrl: z.string() });

const encryption = z.strictObject({
  lakeKey: key.optional(),
  dicomServiceKey: key.extend({ serviceExists: z.literal(true) }).optional(),
});

const principal = { principalId: z.string(), name: z.string().optional() };

const [fabric, ...azureEngines] = ANALYTICS_ENGINES;

const analyticsReader = z.discriminatedUnion('engine', [
  z.strictObject({ engine: z.literal(fabric), ...principal, fabricWorkspaceId: z.string() }),
  z.strictObject({ engine: z.enum(azureEngines), ...principal, resourceId: z.string() }),
]);

const verifier = z.strictObject({
  ...principal,
  type: z.enum(['ServicePrincipal', 'Group', 'User']).optional(),
  deepProbes: z.boolean().optional(),
});

const verificationJob = z.strictObject({
  image: z.string(),
  tagAllowed: z.boolean().optional(),
  containerRegistryId: z.string().optional(),
  schedule: z.string().optional(),
  profile: z.enum(PROFILES).optional(),
  subnetId: z.string().optional(),
  jobName: z.string().optional(),
});

const remoteState = z.strictObject({
  resourceGroupName: z.string(),
  storageAccountName: z.string(),
  containerName: z.string(),
  key: z.string().optional(),
  subscriptionId: z.string().optional(),
});

/** One deployment, with the defaults of its file under it. */
export const deploymentSchema = z.strictObject({
  tenantId: z.string(),
  subscriptionId: z.string(),
  resourceGroupName: z.string(),
  location: z.string(),
  tags: z.record(z.string(), z.string()).optional(),
  azurermMajor: z.literal([...AZURERM_MAJORS]).optional(),
  state: remoteState.optional(),
  profile: z.enum(DICOM_LAKE_PROFILES).optional(),
  workspaceName: z.string().optional(),
  workspace: existingWorkspace.optional(),
  dicomServiceName: z.string(),
  partitions: z.array(z.string()).optional(),
  publicNetworkAccess: z.boolean().optional(),
  privateAccess: privateAccess.optional(),
  privateAccessElsewhere: z.boolean().optional(),
  monitoring: monitoring.or(z.literal(false)).optional(),
  cors: cors.optional(),
  identityName: z.string().optional(),
  identity: existingIdentity.optional(),
  systemAssignedIdentity: z.boolean().optional(),
  roleWaitMinutes: z.int().optional(),
  storageAccountName: z.string().optional(),
  lake: existingLake.optional(),
  containerName: z.string().optional(),
  replication: z.enum(REPLICATIONS).optional(),
  deletedFileRetentionDays: z.int().optional(),
  deletedContainerRetentionDays: z.int().optional(),
  lastAccessTracking: z.boolean().optional(),
  network: network.optional(),
  allowedCopyScope: z.enum(['AAD', 'PrivateLink']).optional(),
  encryption: encryption.optional(),
  tiering: z.array(tierRule).optional(),
  inventory: inventory.optional(),
  analytics: z.array(analyticsReader).optional(),
  verifier: verifier.optional(),
  verificationJob: verificationJob.optional(),
  deleteLock: z.boolean().optional(),
  destroyable: z.boolean().optional(),
});

export type DeploymentSettings = z.infer<typeof deploymentSchema>;

/** A settings file: what its deployments have in common, and the deployments by name. */
export const fileSchema = z.strictObject({
  defaults: deploymentSchema.partial().optional(),
  deployments: z.record(z.string(), z.record(z.string(), z.unknown())),
});
