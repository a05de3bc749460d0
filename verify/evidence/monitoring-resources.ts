/** The diagnostic settings and alert rules that the deployment meant to have, each with what is there of it. */
export interface MonitoringResources {
  readonly diagnosticSettings: readonly {
    readonly targetResourceId: string;
    readonly name: string;
    readonly intendedCategories: readonly string[];
    /** Missing where there is no such setting. */
    readonly found?: {
      /** Of logs and of metrics, enabled ones only. */
      readonly categories: readonly string[];
      /** Whether the logs go anywhere. */
      readonly hasDestination: boolean;
    };
  }[];
  readonly alerts: readonly {
    readonly id: string;
    /** Missing where there is no such rule. */
    readonly found?: { readonly enabled: boolean };
  }[];
}
