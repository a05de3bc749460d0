import type { CorsPolicy } from './cors-policy';

/** A DICOM service as ARM created it. */
export interface DicomServiceDefinition {
  /** ARM id; also the scope of its data roles. */
  readonly id: string;
  readonly workspaceName: string;
  readonly serviceName: string;
  /** Object id of the identity attached to the service; without one nothing can be written to the lake. */
  readonly principalId: string | undefined;
  readonly storageAccountId: string;
  readonly containerName: string;
  readonly dataPartitionsEnabled: boolean;
  /** @default - pages of other origins get nothing */
  readonly cors?: CorsPolicy | undefined;
}

/** The DICOM services of the emulator; ARM tells it what exists. */
export interface DicomServices {
  /** Creates the service, or takes over what may change: its identity and its CORS policy. */
  put(definition: DicomServiceDefinition): void;
  delete(id: string): void;
}
