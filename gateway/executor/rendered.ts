import type { FormattedExecutionResult } from 'graphql';

/** The `data` of an answer, as the JSON that leaves. */
export class Rendered {
  constructor(readonly text: string) {}

  /** For whoever wants it as an object all the same. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** The JSON of an answer's `data`; what is rendered is not gone through again. */
export const textOf = (data: unknown): string =>
  data instanceof Rendered ? data.text : JSON.stringify(data ?? null);

/** An answer as the text that leaves; what is rendered is not gone through again. */
export function stringifyAnswer(answer: FormattedExecutionResult): string {
  const { data, errors, extensions, ...rest } = answer;
  if (!((data as unknown) instanceof Rendered)) {
    return `${JSON.stringify({ errors, data, extensions, ...rest })}\n`;
  }
  const { text } = data as unknown as Rendered;
  const members = [
    ...(errors ? [`"errors":${JSON.stringify(errors)}`] : []),
    `"data":${text}`,
    ...(extensions ? [`"extensions":${JSON.stringify(extensions)}`] : []),
    ...Object.entries(rest).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`),
  ];
  return `{${members.join(',')}}\n`;
}
