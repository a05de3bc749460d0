import { containerIdOf } from '../contract';
import { dicomWebRoot } from './clients/dicomweb';
import { transportError } from './clients/http';
import { cureOf, type RefusedAccess, type RoleCure, waitForCure } from './clients/role-cure';
import { isKnownFailure, type ServiceRefusal } from './error';
import type { DeploymentContext, Probe, ProbeContext } from './probe';
import { DATA_OPERATIONS } from './probes/lake-role';

const DICOM = 'Microsoft.HealthcareApis/workspaces/dicomservices/resources';

/** Whether a service refused the caller for a role that it lacks, and not for its network. */
export function lacksRole({ plane, status, serviceCode }: ServiceRefusal): boolean {
  if (status !== 403) return false;
  return plane === 'dicom' || (plane === 'lake' && serviceCode === 'AuthorizationPermissionMismatch');
}

/** Waits for a role of the verifier that was given minutes ago, and for nothing else; asks for it once. */
export class RolePatience {
  private cure: RoleCure | undefined;
  private tries = 0;

  public constructor(
    private readonly probe: Probe,
    private readonly context: ProbeContext,
  ) {}

  /** How long to wait before asking again; undefined where waiting cures nothing, or there is no time left. */
  public async waitFor(refusal: ServiceRefusal): Promise<number | undefined> {
    if (this.tries === 0) this.cure = await this.findCure(refusal);
    const { clock, deadline } = this.context;
    const wait = this.cure && waitForCure(this.cure, this.tries, { now: clock.now(), deadline });
    this.tries += 1;
    return wait;
  }

  /** What is waited for, and how long at most. */
  public get message(): string {
    const { clock, deadline } = this.context;
    const until = Math.min(this.cure?.until ?? 0, deadline);
    const left = Math.ceil((until - clock.now()) / 1000);
    return `the role ${this.cure?.roleName ?? ''} of the verifier is new and does not count yet; waiting for it for up to ${left} s`;
  }

  /** What to do where the run ends before the role counts. */
  public get hint(): string | undefined {
    if (this.cure === undefined) return undefined;
    const left = Math.ceil((this.cure.until - this.context.clock.now()) / 60_000);
    return left > 0
      ? `run it again in ${left} min: the role ${this.cure.roleName} was given to the verifier minutes ago only, and may not count yet`
      : undefined;
  }

  private async findCure({ plane }: ServiceRefusal): Promise<RoleCure | undefined> {
    const { clock, signal, target } = this.context;
    if (target.kind === 'dicomweb') return undefined;
    try {
      if (plane === 'dicom' && (await this.isKeptOutByNetwork(target))) return undefined;
      const holder = await target.azure.callerObjectId();
      if (holder === undefined) return undefined;
      const refused = { holder, ...this.needed(plane === 'dicom', target) };
      return await cureOf(target.azure.arm, refused, clock.now(), signal);
    } catch (error) {
      const known = transportError(error, target.manifest.dicomService.serviceUrl);
      // Roles that cannot be read cure nothing: the refusal stands.
      if (isKnownFailure(known) || signal.aborted) return undefined;
      throw error;
    }
  }

  /** Without a token the service answers 401, unless it does not let anybody in from here. */
  private async isKeptOutByNetwork({ manifest, azure }: DeploymentContext['target']): Promise<boolean> {
    const { status } = await azure.dicomAs.nobody({
      operation: 'GET /changefeed/latest without a token',
      method: 'GET',
      url: `${dicomWebRoot(manifest.dicomService.serviceUrl)}/changefeed/latest`,
      signal: this.context.signal,
    });
    return status === 403;
  }

  private needed(isDicom: boolean, { manifest }: DeploymentContext['target']): Omit<RefusedAccess, 'holder'> {
    const { effect } = this.probe;
    if (isDicom) {
      const verbs = effect === 'read' ? ['read'] : ['read', 'write', 'delete'];
      const dataActions = verbs.map((verb) => `${DICOM}/${verb}`);
      return { scope: manifest.dicomService.id, dataActions, isCached: true };
    }
    const { read = '', write = '', delete: remove = '' } = DATA_OPERATIONS;
    const dataActions = effect === 'lake-write' ? [read, write, remove] : [read];
    return { scope: containerIdOf(manifest.lake), dataActions, isCached: false };
  }
}
