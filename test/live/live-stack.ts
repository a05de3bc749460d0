import path from 'node:path';
import { App, LocalBackend } from 'cdktf';
import { Grantee } from '../../constructs';
import { DicomLakeStack, type DicomLakeStackProps } from '../../stacks/dicom-lake-stack';
import type { LiveNames } from './experiment';
import { LIVE_TAG } from './owned-azure';

/** Who runs the experiments, and is given what verify needs. */
export interface LivePrincipal {
  readonly objectId: string;
  readonly type: 'User' | 'ServicePrincipal';
}

/** As small as a deployment of the kit can be, and made to be deleted. */
export function liveStackProps(
  names: LiveNames,
  principal: LivePrincipal,
  apart: 'shared' | 'apart',
): DicomLakeStackProps {
  const { tenantId, subscriptionId, location, runId } = names;
  const letter = apart === 'shared' ? 's' : 'a';
  return {
    profile: 'minimal',
    tenantId,
    subscriptionId,
    location,
    resourceGroupName: apart === 'shared' ? names.group : names.groupApart,
    workspaceName: `live${runId}${letter}`,
    dicomServiceName: 'images',
    storageAccountName: `live${runId}${letter}lake`,
    replication: 'ZRS',
    // Enough to see the health files of a run.
    deletedFileRetentionDays: 1,
    deletedContainerRetentionDays: 1,
    verifier:
      principal.type === 'User'
        ? Grantee.user(principal.objectId)
        : Grantee.servicePrincipal(principal.objectId),
    destroyable: true,
    tags: { [LIVE_TAG]: runId },
  };
}

/** Synthesizes a stack as `cdktf synth` does. @returns its folder, with `cdk.tf.json` in it */
export function synthesizeLive(folder: string, name: string, props: DicomLakeStackProps): string {
  const app = new App({ outdir: path.join(folder, 'cdktf.out') });
  const stack = new DicomLakeStack(app, name, props);
  new LocalBackend(stack, { path: path.join(folder, `${name}.tfstate`) });
  app.synth();
  return path.join(folder, 'cdktf.out', 'stacks', name);
}
