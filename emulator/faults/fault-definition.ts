import type { Plane } from '../../contract';
import type { FaultParameters, FaultValues, ValuesOf } from './fault-parameter';
import type { FaultWorld } from './fault-world';

/** How a client notices a fault: Azure refuses with a status and a code, or only a look at the result tells. */
export type FaultSymptom =
  { readonly plane: Plane; readonly status: number; readonly code?: string } | { readonly seen: string };

/** Takes a fault back. */
export type Undo = () => void | Promise<void>;

interface FaultFacts {
  /** Such as `lake/role-removed`; what stands before the slash is where the fault is made. */
  readonly id: string;
  readonly title: string;
  /** What the fault does to the emulated Azure. */
  readonly effect: string;
  readonly symptoms: readonly FaultSymptom[];
}

/** One fault that the emulator can be given. */
export interface FaultDefinition extends FaultFacts {
  readonly parameters: FaultParameters;
  /**
   * @param values one for each parameter
   * @throws FaultTargetMissing where there is nothing yet that could go wrong
   * @internal
   */
  inject(world: FaultWorld, values: FaultValues): Undo | Promise<Undo>;
}

/** Ties the parameters of a fault to the values that it gets. */
export function defineFault<const Id extends string, Parameters extends FaultParameters>(
  fault: FaultFacts & {
    readonly id: Id;
    readonly parameters: Parameters;
    inject(world: FaultWorld, values: ValuesOf<Parameters>): Undo | Promise<Undo>;
  },
): FaultDefinition & { readonly id: Id } {
  return {
    ...fault,
    inject: (world, values) => fault.inject(world, values as ValuesOf<Parameters>),
  };
}

/** What the fault would harm does not exist, as when no file was stored yet. */
export class FaultTargetMissing extends Error {
  public override readonly name = 'FaultTargetMissing';
}
