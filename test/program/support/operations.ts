import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import type { Violation } from "../../../engine/policy";
import { say } from "../../cluster/harness/progress";

/** What an operation of the CLI came to. */
export interface Outcome {
  /** How many resources were created, left the same and so on; default providers and reads are not counted. */
  readonly changes: Readonly<Record<string, number>>;
  /** Each step that is neither `same` nor a read, with the properties that it is about. */
  readonly steps: readonly string[];
  readonly violations: readonly ReportedViolation[];
  /** It ended with an error because of a mandatory violation. */
  readonly refused: boolean;
}

/** A violation as both engines tell it. */
export interface ReportedViolation {
  readonly policy: string;
  readonly level: string;
  readonly urn: string;
  readonly message: string;
}

type Operation = "preview" | "up" | "destroy";

interface OperationOptions {
  readonly policyPacks?: string[];
}

/**
 * Runs an operation to its end.
 *
 * @throws the CLI's own error, with all that it printed, unless a mandatory violation is why it ended with one
 */
export async function perform(
  stack: Stack,
  operation: Operation,
  options: OperationOptions = {},
): Promise<Outcome> {
  const events: EngineEvent[] = [];
  const common = { color: "never", onEvent: (event: EngineEvent) => void events.push(event) } as const;
  say(`pulumi ${operation} --stack ${stack.name}`);
  let refused = false;
  try {
    if (operation === "destroy") await stack.destroy(common);
    else await stack[operation]({ ...common, ...options });
  } catch (error) {
    refused = violationsIn(events, "").some(({ level }) => level === "mandatory");
    if (!refused) throw error;
  }
  for (const { diagnosticEvent } of events) {
    if (diagnosticEvent?.severity === "warning") say(`warning: ${plain(diagnosticEvent.message)}`);
  }
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const stackUrn = steps.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? "";
  const summary = events.flatMap(({ summaryEvent }) => summaryEvent ?? []).at(-1);
  const outcome: Outcome = {
    changes: Object.fromEntries(Object.entries(summary?.resourceChanges ?? {}).filter(([op]) => !isRead(op))),
    steps: steps
      .filter(({ op }) => op !== "same" && !isRead(op))
      .map(({ op, urn, diffs }) => `${op} ${urn} ${(diffs ?? []).join(", ")}`.trim())
      .sort(),
    violations: violationsIn(events, stackUrn),
    refused,
  };
  say(`pulumi ${operation} --stack ${stack.name}: ${JSON.stringify(outcome.changes)}`);
  return outcome;
}

/** What another stack puts out is read in every operation, which changes nothing. */
function isRead(op: string): boolean {
  return op.startsWith("read");
}

/** The violations among the engine's events; one of the stack as a whole is told of the stack's own resource. */
export function violationsIn(events: readonly EngineEvent[], stackUrn: string): readonly ReportedViolation[] {
  return ordered(
    events.flatMap(({ policyEvent }) =>
      policyEvent === undefined
        ? []
        : [
            {
              policy: policyEvent.policyName,
              level: policyEvent.enforcementLevel,
              urn:
                policyEvent.resourceUrn === undefined || policyEvent.resourceUrn === ""
                  ? stackUrn
                  : policyEvent.resourceUrn,
              message: plain(policyEvent.message),
            },
          ],
    ),
  );
}

/** The offline engine's in the same form and order. */
export function offlineViolations(
  violations: readonly Violation[],
  stackUrn: string,
): readonly ReportedViolation[] {
  return ordered(
    violations.map(({ policy, level, urn = stackUrn, message }) => ({
      policy,
      level,
      urn,
      message: plain(message),
    })),
  );
}

function ordered(violations: readonly ReportedViolation[]): readonly ReportedViolation[] {
  const key = ({ policy, urn, message }: ReportedViolation): string => [policy, urn, message].join("\n");
  return [...violations].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Events carry colours as tags, for whoever shows them. */
function plain(message: string): string {
  return message.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
}
