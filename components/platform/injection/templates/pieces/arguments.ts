import { block, lines, quoted, when } from "../template-text";

/** A flag and its value in one argument. */
function assigned(flag: string, pipeline: string): string {
  return `- ${quoted(`printf "--${flag}=%v" (${pipeline})`)}`;
}

/** The same for a level that a pod's annotation overrides. */
function level(flag: string, annotation: string, value: string): string {
  return assigned(flag, `annotation .ObjectMeta "sidecar.istio.io/${annotation}" .Values.global.${value}`);
}

const agentLogLevel = level("log_output_level", "agentLogLevel", "logging.level");

/** Logs as JSON, one object a line. */
export const logAsJson = when(".Values.global.logAsJson", '- "--log_as_json"');

/** How the agent and the tools of the proxy image log. */
export const logArguments = lines(agentLogLevel, logAsJson);

/** The port on which the agent exchanges tokens. */
export const tokenService = when(
  ".Values.global.sts.servicePort",
  assigned("stsPort", ".Values.global.sts.servicePort"),
);

/** Arguments of the agent, which starts Envoy in the given role, with what only that role has. */
export function agentArguments(role: "sidecar" | "router", ...further: readonly string[]): string {
  return block(
    "args",
    '- "proxy"',
    `- "${role}"`,
    '- "--domain"',
    '- "$(POD_NAMESPACE).svc.{{ .Values.global.proxy.clusterDomain }}"',
    level("proxyLogLevel", "logLevel", "proxy.logLevel"),
    level("proxyComponentLogLevel", "componentLogLevel", "proxy.componentLogLevel"),
    agentLogLevel,
    tokenService,
    logAsJson,
    ...further,
  );
}

/** The file to which the proxy logs the outliers that it ejects. */
export const outlierLog = when(
  ".Values.global.proxy.outlierLogPath",
  assigned("outlierLogPath", ".Values.global.proxy.outlierLogPath"),
);
