import { SERVICE_FACTS } from '../../contract';
import type { Clock } from '../clock';
import { DicomService } from './dicom-service';
import type { DicomServiceDefinition, DicomServices } from './dicom-service-definition';
import { type DicomTrouble, NO_DICOM_TROUBLE } from './dicom-trouble';
import type { OpenLake } from './lake-client';
import type { ContentStorage } from './lake-content';
import type { StateStore } from './state-store';

export interface DicomServiceHostOptions {
  readonly clock: Clock;
  /** How a service gets to lakes. */
  readonly openLake: (definition: DicomServiceDefinition) => OpenLake;
  readonly contents: ContentStorage;
  readonly state: StateStore;
  /**
   * How often the services remove the files of deleted instances from the lake.
   *
   * @default 180_000
   */
  readonly fileRemovalPeriodMs?: number;
  /** @default - none */
  readonly trouble?: DicomTrouble;
}

/** All DICOM services of the emulator. */
export class DicomServiceHost implements DicomServices {
  private readonly byId = new Map<string, { readonly label: string; readonly service: DicomService }>();
  private readonly byLabel = new Map<string, DicomService>();
  private readonly closing: Promise<void>[] = [];

  public constructor(private readonly options: DicomServiceHostOptions) {}

  public put(definition: DicomServiceDefinition): void {
    const known = this.byId.get(definition.id.toLowerCase());
    if (known !== undefined) {
      known.service.takeIdentity(definition.principalId);
      known.service.takeCors(definition.cors);
      return;
    }
    const {
      clock,
      openLake,
      contents,
      state,
      fileRemovalPeriodMs,
      trouble = NO_DICOM_TROUBLE,
    } = this.options;
    const service = new DicomService({
      definition,
      clock,
      openLake: openLake(definition),
      contents,
      state,
      trouble,
      fileRemovalPeriodMs: fileRemovalPeriodMs ?? SERVICE_FACTS.fileRemovalPeriodSeconds.value * 1000,
    });
    const label = `${definition.workspaceName}-${definition.serviceName}`.toLowerCase();
    this.byId.set(definition.id.toLowerCase(), { label, service });
    this.byLabel.set(label, service);
  }

  /** The service's index is gone with it; its files stay in the lake. */
  public delete(id: string): void {
    const known = this.byId.get(id.toLowerCase());
    if (known === undefined) return;
    this.byId.delete(id.toLowerCase());
    this.byLabel.delete(known.label);
    known.service.destroy();
    this.closing.push(known.service.close());
  }

  /** @param hostLabel first label of the service's host name: `{workspace}-{service}` */
  public find(hostLabel: string): DicomService | undefined {
    return this.byLabel.get(hostLabel.toLowerCase());
  }

  /** @param id ARM id */
  public byResourceId(id: string): DicomService | undefined {
    return this.byId.get(id.toLowerCase())?.service;
  }

  public all(): readonly DicomService[] {
    return [...this.byId.values()].map(({ service }) => service);
  }

  public async close(): Promise<void> {
    const running = [...this.byId.values()].map(({ service }) => service.close());
    await Promise.all([...running, ...this.closing]);
  }
}
