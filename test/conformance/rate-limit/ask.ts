import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askProgram, buildGo, NO_GO } from "../ask-go";

/** What a proxy sends for one limit. */
export interface AskedLimit {
  readonly domain: string;
  readonly entries: readonly { readonly key: string; readonly value: string }[];
}

/** What the service would count by. */
export interface FoundLimit {
  readonly requests: number;
  readonly unit: string;
  readonly unlimited: boolean;
  readonly shadow: boolean;
}

/** What the service is asked: whether it takes a configuration, what it finds in it, and how it reads its environment. */
export interface Question {
  readonly configuration: string;
  readonly asked?: readonly AskedLimit[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Envoy's own messages, by their full names. */
  readonly messages?: readonly { readonly type: string; readonly value: unknown }[];
}

export interface Answer {
  readonly error?: string;
  readonly limits: readonly (FoundLimit | null)[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** What is wrong with each message, empty where nothing is. */
  readonly messages: readonly string[];
}

/**
 * Builds a program around the rate-limit service's own packages, from its Go module, and asks it.
 *
 * Nothing is downloaded: whoever runs the suite decides.
 *
 * @returns an answer for each question, or the reason why there are none
 */
export function askRateLimitService(questions: readonly Question[]): readonly Answer[] | string {
  const folder = mkdtempSync(join(tmpdir(), "meshwright-rate-limit-"));
  try {
    const binary = join(folder, "rate-limit");
    const build = buildGo(join(__dirname, "service"), binary);
    if (build === undefined) return NO_GO;
    if (build.status !== 0) {
      return "the rate-limit service's Go modules are not here (`go mod download` in test/conformance/rate-limit/service gets them)";
    }
    return askProgram("the rate-limit service", binary, questions);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
