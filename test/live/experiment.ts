import type { DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import type { DeploymentManifest } from '../../contract';
import type { DicomLakeStackProps } from '../../stacks/dicom-lake-stack';
import type { Clock, Profile, Report } from '../../verify';
import type { SendHttp } from '../../verify/clients/http';
import type { OpenQuestion } from './open-questions';
import type { OwnedAzure } from './owned-azure';

/** A place of this repository that an answer changes. */
export interface Place {
  /** From the root of the repository. */
  readonly file: string;
  readonly change: string;
}

export interface PossibleAnswer {
  readonly meaning: string;
  /** Empty where everything is built on this answer already. */
  readonly goesTo: readonly Place[];
}

/** What was seen, for the report: no names, ids or secrets. */
export type Observed = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface Answer<Id extends string = string> {
  readonly answer: Id;
  readonly observed: Observed;
}

/** One thing to be found out in a real subscription. */
export interface Experiment<Id extends string = string> {
  readonly id: string;
  readonly questions: readonly OpenQuestion[];
  /** What is done and looked at, for whoever reads the table. */
  readonly measured: string;
  readonly answers: Readonly<Record<Id, PossibleAnswer>>;
  /** Beside those of every run. */
  readonly rights: readonly string[];
  /** Of the clock, without the shared deployment. */
  readonly minutes: number;
  /** Operations on the lake that the experiment itself causes, roughly. */
  readonly operations: number;
  /** Deployments of its own. */
  readonly deploysApart: number;
  /** What it uses that the price book of the kit has no price for. */
  readonly unpriced: readonly string[];
  /** What the emulator answers, which is what the kit assumes; or why it cannot be asked. */
  readonly onEmulator: { readonly answers: Id } | { readonly cannot: string };
  /** Puts everything back that it changes in the shared deployment. */
  run(context: ExperimentContext): Promise<Answer<Id>>;
}

/** All that an experiment may touch. */
export interface ExperimentContext {
  readonly names: LiveNames;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
  readonly owned: OwnedAzure;
  /** The deployment that experiments share, made when the first asks for it: the profile minimal on a lake of ZRS. */
  deployment(): Promise<DeploymentManifest>;
  /** Another one, with props of its own, in the resource group of {@link LiveNames.groupApart}. */
  deployApart(props: Partial<DicomLakeStackProps>): Promise<DeploymentManifest>;
  verify(manifest: DeploymentManifest, only: readonly string[], profile: Profile): Promise<Report>;
  /** DICOMweb in the name of whoever runs. */
  readonly dicom: SendHttp;
  lakeOf(manifest: DeploymentManifest): DataLakeFileSystemClient;
}

/** Of what a run makes. All are new in Azure, since the run's number is in them. */
export interface LiveNames {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly location: string;
  readonly group: string;
  readonly groupApart: string;
  /** Eight lower-case letters and digits. */
  readonly runId: string;
}
