import type { Row } from './own';
import type { Step } from './steps';

/** What a step asks of a subgraph, as JSON for one behind HTTP or as values for one of this process. */
export class SubgraphRequest {
  #json: string | null = null;

  constructor(
    private readonly step: Step,
    private readonly clientVariables: Row,
    /** Names and JSON of the representations. */
    private readonly representations: readonly (readonly [variable: string, json: string])[],
  ) {}

  get isMutation(): boolean {
    return this.step.kind === 'mutation';
  }

  get query(): string {
    return this.step.text;
  }

  get operationName(): string | undefined {
    return this.step.operationName;
  }

  get variables(): Row {
    return {
      ...this.clientVariables,
      ...Object.fromEntries(this.representations.map(([name, json]) => [name, JSON.parse(json)])),
    };
  }

  /** The body of the HTTP request. */
  toText(): string {
    if (this.#json === null) {
      const members = [
        ...Object.entries(this.clientVariables).map(
          ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
        ),
        ...this.representations.map(([name, json]) => `"${name}":${json}`),
      ];
      this.#json = `{${this.step.json},"variables":{${members.join(',')}}}`;
    }
    return this.#json;
  }
}
