import { FAULTS } from './catalogue';
import { FaultTargetMissing, type FaultDefinition, type Undo } from './fault-definition';
import { readValues, type FaultValues } from './fault-parameter';
import type { FaultWorld } from './fault-world';

/** A fault that was set. */
export interface SetFault {
  readonly id: string;
  readonly parameters: FaultValues;
  /** `waiting` until there is something that can go wrong. */
  readonly state: 'active' | 'waiting';
}

export interface SetFaultOptions {
  /** Waits for what the fault would harm, instead of failing where it is missing. @default false */
  readonly whenPossible?: boolean;
}

/** A fault was asked for wrongly: an unknown id or parameter, or nothing is there that it could harm. */
export class FaultRefused extends Error {
  public override readonly name = 'FaultRefused';

  public constructor(
    public readonly code: 'FaultUnknown' | 'ParameterInvalid' | 'TargetMissing' | 'FaultNotSet',
    message: string,
  ) {
    super(message);
  }
}

interface StandingFault extends SetFault {
  readonly definition: FaultDefinition;
  readonly undo: Undo;
}

/** The faults of one emulator: sets them, takes them back, knows which stand. Each stands once at most. */
export class Faults {
  private readonly standing = new Map<string, StandingFault>();
  /** Ends when the changes asked for so far are done, so that none meets another. */
  private lastChange: Promise<unknown> = Promise.resolve();

  /** @internal */
  public constructor(private readonly world: FaultWorld) {}

  public get catalogue(): readonly FaultDefinition[] {
    return FAULTS;
  }

  /** In the order in which they were set. */
  public active(): readonly SetFault[] {
    return [...this.standing.values()].map(({ id, parameters, state }) => ({ id, parameters, state }));
  }

  /**
   * Sets a fault. One that stands already is taken back before, so that its parameters can be changed.
   *
   * @throws FaultRefused
   */
  public set(
    id: string,
    parameters: Readonly<Record<string, unknown>> = {},
    options: SetFaultOptions = {},
  ): Promise<SetFault> {
    return this.oneByOne(async () => {
      const definition = definitionOf(id);
      const read = readValues(definition.parameters, parameters);
      if ('problems' in read)
        throw new FaultRefused('ParameterInvalid', `${id}: ${read.problems.join('; ')}`);
      await this.takeBack(id);
      return this.inject(definition, read.values, options.whenPossible ?? false);
    });
  }

  /**
   * Takes one fault back, or all of them, the last one first.
   *
   * @throws FaultRefused where the fault does not stand
   */
  public clear(id?: string): Promise<readonly string[]> {
    return this.oneByOne(async () => {
      if (id !== undefined && !this.standing.has(definitionOf(id).id)) {
        const known = [...this.standing.keys()].join(', ') || 'none';
        throw new FaultRefused('FaultNotSet', `The fault '${id}' is not set; set are: ${known}.`);
      }
      const ids = id === undefined ? [...this.standing.keys()].reverse() : [id];
      for (const one of ids) await this.takeBack(one);
      return ids;
    });
  }

  private async inject(
    definition: FaultDefinition,
    values: FaultValues,
    whenPossible: boolean,
  ): Promise<SetFault> {
    const { id } = definition;
    try {
      const undo = await definition.inject(this.world, values);
      this.standing.set(id, { id, parameters: values, state: 'active', definition, undo });
      return { id, parameters: values, state: 'active' };
    } catch (error) {
      if (!(error instanceof FaultTargetMissing)) throw error;
      if (!whenPossible) throw new FaultRefused('TargetMissing', `${id}: ${error.message}`);
      const stopWaiting = this.world.hooks.afterRequest(() =>
        this.oneByOne(async () => {
          if (this.standing.get(id)?.undo !== stopWaiting) return;
          await stopWaiting();
          await this.inject(definition, values, true);
        }),
      );
      this.standing.set(id, { id, parameters: values, state: 'waiting', definition, undo: stopWaiting });
      return { id, parameters: values, state: 'waiting' };
    }
  }

  private async takeBack(id: string): Promise<void> {
    const fault = this.standing.get(id);
    this.standing.delete(id);
    await fault?.undo();
  }

  private oneByOne<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.lastChange.then(change);
    this.lastChange = result.catch(() => undefined);
    return result;
  }
}

function definitionOf(id: string): FaultDefinition {
  const definition = FAULTS.find((fault) => fault.id === id);
  if (definition !== undefined) return definition;
  throw new FaultRefused(
    'FaultUnknown',
    `There is no fault '${id}'; there are: ${FAULTS.map((fault) => fault.id).join(', ')}.`,
  );
}
