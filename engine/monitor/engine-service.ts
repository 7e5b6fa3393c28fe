import {
  GetRootResourceResponse,
  LogSeverity,
  RequirePulumiVersionResponse,
  SetRootResourceResponse,
  type LogRequest,
  type RequirePulumiVersionRequest,
  type SetRootResourceRequest,
} from "@pulumi/pulumi/proto/engine_pb";
import type { LogEntry } from "../recorded";
import { Empty } from "./protocol";

const SEVERITIES: Readonly<Record<LogSeverity, LogEntry["severity"]>> = {
  [LogSeverity.DEBUG]: "debug",
  [LogSeverity.INFO]: "info",
  [LogSeverity.WARNING]: "warning",
  [LogSeverity.ERROR]: "error",
};

/** The Engine service of one run: what a program logs, and which resource is its root. */
export class EngineService {
  readonly #log: (entry: LogEntry) => void;
  #root = "";

  constructor(log: (entry: LogEntry) => void) {
    this.#log = log;
  }

  log(request: LogRequest): Empty {
    const urn = request.getUrn();
    this.#log({
      severity: SEVERITIES[request.getSeverity()],
      message: request.getMessage(),
      ...(urn === "" ? {} : { urn }),
    });
    return new Empty();
  }

  getRootResource(): GetRootResourceResponse {
    return new GetRootResourceResponse().setUrn(this.#root);
  }

  setRootResource(request: SetRootResourceRequest): SetRootResourceResponse {
    this.#root = request.getUrn();
    return new SetRootResourceResponse();
  }

  /** A debugger attaches to a process by itself; there is nothing that the engine must do for it. */
  startDebugging(): Empty {
    return new Empty();
  }

  /** The range is about the Pulumi CLI, which takes no part here. */
  requirePulumiVersion(request: RequirePulumiVersionRequest): RequirePulumiVersionResponse {
    this.#log({
      severity: "info",
      message: `the program asks for Pulumi CLI ${request.getPulumiVersionRange()}; the offline engine does not check it`,
    });
    return new RequirePulumiVersionResponse();
  }
}
