import type { DicomServiceDefinition } from '../../emulator/domain/dicom-service-definition';

/** A service with an identity, without data partitions. */
export const DEFINITION: DicomServiceDefinition = {
  id: '/subscriptions/1/dicomServices/images',
  workspaceName: 'testws',
  serviceName: 'images',
  principalId: 'identity',
  storageAccountId: 'account',
  containerName: 'dicom',
  dataPartitionsEnabled: false,
};
