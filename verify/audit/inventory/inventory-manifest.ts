import { z } from 'zod';
import { type DeploymentManifest, lakeTenantOf, servicePath } from '../../../contract';
import { missingRequired } from './inventory-columns';

/** What is read of the manifest of a run; Azure writes more. */
const MANIFEST = z.object({
  endpoint: z.string(),
  files: z.array(z.object({ blob: z.string(), size: z.number() })),
  inventoryStartTime: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is no time'),
  ruleDefinition: z.object({
    filters: z
      .object({
        blobTypes: z.array(z.string()).nullish(),
        prefixMatch: z.array(z.string()).nullish(),
        excludePrefix: z.array(z.string()).nullish(),
        creationTime: z.unknown().optional(),
      })
      .nullish(),
    format: z.string(),
    objectType: z.string(),
    schemaFields: z.array(z.string()),
  }),
  ruleName: z.string(),
  status: z.string(),
  summary: z.object({ objectCount: z.number().optional() }).optional(),
});

export type InventoryManifest = z.infer<typeof MANIFEST>;

/** @returns the manifest, or in words why it is none */
export function readInventoryManifest(text: string): InventoryManifest | string {
  try {
    const { success, data, error } = MANIFEST.safeParse(JSON.parse(text));
    if (success) return data;
    const [issue] = error.issues;
    return `its manifest has ${issue?.path.join('.') ?? ''} wrong: ${issue?.message ?? ''}`;
  } catch {
    return 'its manifest is no JSON';
  }
}

/** The folder of the service as inventories name it: with the container in front and a slash at the end. */
export function listedPrefix(manifest: DeploymentManifest): string {
  return `${manifest.lake.containerName}/${servicePath(lakeTenantOf(manifest))}/`;
}

/** In words why the list of a rule says nothing of a lake, or not all. */
export function misfitOf(run: InventoryManifest, lake: DeploymentManifest): string | undefined {
  const { endpoint, ruleDefinition } = run;
  const { format, objectType, schemaFields } = ruleDefinition;
  const { blobTypes, prefixMatch, excludePrefix, creationTime } = ruleDefinition.filters ?? {};
  const prefix = listedPrefix(lake);
  const { storageAccountName } = lake.lake;
  const missing = missingRequired(schemaFields);
  if (accountIn(endpoint) !== storageAccountName)
    return `it is of the storage account at ${endpoint}, not of ${storageAccountName}`;
  if (objectType.toLowerCase() !== 'blob') return `its rule lists ${objectType.toLowerCase()}s, not blobs`;
  if (!['csv', 'parquet'].includes(format.toLowerCase())) return `its format ${format} is not known`;
  if (prefixMatch?.some((start) => prefix.startsWith(start)) === false && prefixMatch.length > 0)
    return `its rule lists ${prefixMatch.join(', ')}, which is not all of ${prefix}`;
  const excluded = excludePrefix?.find(
    (start) => start !== '' && (prefix.startsWith(start) || start.startsWith(prefix)),
  );
  if (excluded !== undefined) return `its rule excludes ${excluded}`;
  if (blobTypes?.some((type) => type.toLowerCase() === 'blockblob') === false)
    return 'its rule lists no block blobs';
  if (creationTime !== undefined && creationTime !== null)
    return 'its rule lists only files that were made lately';
  return missing.length > 0 ? `its list has no column ${missing.join(', ')}` : undefined;
}

/** The emulator has its accounts in the path. */
function accountIn(endpoint: string): string | undefined {
  if (!URL.canParse(endpoint)) return undefined;
  const { hostname, pathname } = new URL(endpoint);
  return /^[\d.]+$|^localhost$/.test(hostname) ? pathname.split('/')[1] : hostname.split('.')[0];
}
