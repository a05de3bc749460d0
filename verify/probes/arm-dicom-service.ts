import { API_VERSIONS } from '../../contract';
import { type ArmBody, objectIn, textIn } from '../clients/arm-body';
import { absentAsUndefined } from '../clients/arm-reader';
import type { DicomServiceResource } from '../evidence/dicom-service-resource';
import type { Probe } from '../probe';

/** The DICOM service as it is deployed, beside what was meant. */
export const armDicomService: Probe<'arm.dicom-service'> = {
  id: 'arm.dicom-service',
  title: 'the DICOM service in Azure Resource Manager',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const { dicomService, lake, intended } = target.manifest;
    const body = await absentAsUndefined(
      target.azure.arm.get(dicomService.id, API_VERSIONS.healthcareApis, signal),
    );
    return {
      ...(body === undefined ? {} : { found: readService(body) }),
      intended: {
        id: dicomService.id,
        serviceUrl: dicomService.serviceUrl,
        lake: { storageAccountId: lake.storageAccountId, containerName: lake.containerName },
        dataPartitionsEnabled: dicomService.dataPartitionsEnabled,
        ...(intended === undefined ? {} : { publicNetworkAccess: intended.publicNetworkAccess }),
      },
    };
  },
};

function readService(body: ArmBody): NonNullable<DicomServiceResource['found']> {
  const properties = objectIn(body, 'properties');
  const storage = objectIn(properties, 'storageConfiguration');
  const storageAccountId = textIn(storage, 'storageResourceId');
  return {
    provisioningState: textIn(properties, 'provisioningState') ?? '',
    serviceUrl: textIn(properties, 'serviceUrl') ?? '',
    ...(storageAccountId === undefined
      ? {}
      : { lake: { storageAccountId, containerName: textIn(storage, 'fileSystemName') ?? '' } }),
    dataPartitionsEnabled: properties['enableDataPartitions'] === true,
    publicNetworkAccess: properties['publicNetworkAccess'] !== 'Disabled',
  };
}
