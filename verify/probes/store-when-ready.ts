import { containerIdOf } from '../../contract';
import type { DicomWebClient } from '../clients/dicomweb';
import { cureOf, type RoleCure, waitForCure } from '../clients/role-cure';
import { isKnownFailure, ServiceRefusal } from '../error';
import type { ProbeContext } from '../probe';
import { DATA_OPERATIONS } from './lake-role';

/**
 * Stores one instance. Where the service says that it has no role on the lake, and the role was given minutes ago only,
 * it tries again until Azure promises that the role counts, or the run ends; in every other case the refusal comes at
 * once.
 *
 * @throws ServiceRefusal and what else `store` throws
 */
export async function storeWhenReady(
  context: ProbeContext,
  client: Pick<DicomWebClient, 'store'>,
  file: Buffer,
): ReturnType<DicomWebClient['store']> {
  const { clock, deadline, signal, progress } = context;
  let cure: RoleCure | undefined;
  for (let tries = 0; ; tries += 1) {
    try {
      return await client.store(file);
    } catch (error) {
      if (!isWithoutRole(error)) throw error;
      if (tries === 0) cure = await cureOfService(context);
      const wait = cure && waitForCure(cure, tries, { now: clock.now(), deadline });
      if (cure === undefined || wait === undefined) throw error;
      const left = Math.ceil((Math.min(cure.until, deadline) - clock.now()) / 1000);
      progress(
        `the role ${cure.roleName} of the service is new and does not count yet; waiting for it for up to ${left} s`,
      );
      await clock.sleep(wait, signal);
    }
  }
}

function isWithoutRole(error: unknown): boolean {
  return (
    error instanceof ServiceRefusal &&
    error.status === 424 &&
    error.serviceCode === 'AuthorizationPermissionMismatch'
  );
}

async function cureOfService({ target, clock, signal }: ProbeContext): Promise<RoleCure | undefined> {
  if (target.kind === 'dicomweb') return undefined;
  const { manifest, azure } = target;
  for (const holder of manifest.dicomService.principalIds) {
    const refused = {
      scope: containerIdOf(manifest.lake),
      holder,
      dataActions: Object.values(DATA_OPERATIONS),
      isCached: false,
    };
    try {
      const cure = await cureOf(azure.arm, refused, clock.now(), signal);
      if (cure !== undefined) return cure;
    } catch (error) {
      // Roles that cannot be read cure nothing: the refusal stands.
      if (!isKnownFailure(error)) throw error;
    }
  }
  return undefined;
}
