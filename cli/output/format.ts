import type pc from "picocolors";
import { renderJson } from "./json";
import { renderJunit } from "./junit";
import type { CheckReport } from "./report";
import { renderSarif } from "./sarif";
import { renderText } from "./text";

/** What `--format` takes. */
export const FORMATS = ["text", "json", "sarif", "junit"] as const;
export type Format = (typeof FORMATS)[number];

/** The report in one of the formats, with a line end at its end. */
export function renderReport(
  report: CheckReport,
  format: Format,
  colors: ReturnType<typeof pc.createColors>,
): string {
  switch (format) {
    case "text":
      return renderText(report, colors);
    case "json":
      return renderJson(report);
    case "sarif":
      return renderSarif(report);
    case "junit":
      return renderJunit(report);
  }
}
