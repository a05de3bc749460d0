/** Whether the service has work items; none of them is kept. */
export interface WorkItems {
  readonly offered: boolean;
  readonly exist: boolean;
}
