/**
 * The few words in which the templates are put together. Every helper gives whole lines without a trailing newline, and
 * an action line trims the white space before it, so that what istiod renders has no holes.
 */

/** Pieces below one another; empty ones vanish. */
export function lines(...pieces: readonly string[]): string {
  return pieces.filter((piece) => piece !== "").join("\n");
}

/** Every line moved right, as YAML nests. */
export function indent(spaces: number, text: string): string {
  return text.replace(/^(?=.)/gm, " ".repeat(spaces));
}

/** A YAML key with a block below it. */
export function block(key: string, ...pieces: readonly string[]): string {
  return `${key}:\n${indent(2, lines(...pieces))}`;
}

/** An entry of a YAML list: the first line gets the dash, the others line up below. */
export function item(...pieces: readonly string[]): string {
  return `- ${indent(2, lines(...pieces)).slice(2)}`;
}

/** The body where the pipeline is not empty, else the alternative. */
export function when(pipeline: string, body: string, otherwise?: string): string {
  const alternative = otherwise === undefined ? [] : ["{{- else }}", otherwise];
  return lines(`{{- if ${pipeline} }}`, body, ...alternative, "{{- end }}");
}

/** The body with the value of the pipeline as `.`, where that is not empty. */
export function withValue(pipeline: string, body: string): string {
  return lines(`{{- with ${pipeline} }}`, body, "{{- end }}");
}

/**
 * The body once per element; `binding` names the variables, `"$key, $value"`. Inside, `.` stays the template's data, so
 * that a piece means the same within a loop and outside.
 */
export function each(binding: string, pipeline: string, body: string): string {
  return lines(`{{- range ${binding} := ${pipeline} }}{{ with $ }}`, body, "{{- end }}{{ end }}");
}

/** A variable for the rest of the template. */
export function variable(name: string, pipeline: string): string {
  return `{{- ${name} := ${pipeline} }}`;
}

/** A value printed as a quoted YAML string. */
export function quoted(pipeline: string): string {
  return `{{ ${pipeline} | quote }}`;
}

/** Any value printed in one line: JSON is YAML too, and needs no indentation. */
export function json(pipeline: string): string {
  return `{{ structToJSON ${pipeline} }}`;
}
