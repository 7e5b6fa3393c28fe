import { block, lines, when } from "../template-text";

const agentLogLevel =
  '- "--log_output_level={{ annotation .ObjectMeta "sidecar.istio.io/agentLogLevel" .Values.global.logging.level }}"';

const logAsJson = when(".Values.global.logAsJson", '- "--log_as_json"');

/** How the agent and the tools of the proxy image log. */
export const logArguments = lines(agentLogLevel, logAsJson);

/** Arguments of the agent, which starts Envoy in the given role. */
export function agentArguments(role: "sidecar" | "router"): string {
  return block(
    "args",
    '- "proxy"',
    `- "${role}"`,
    '- "--domain"',
    '- "$(POD_NAMESPACE).svc.{{ .Values.global.proxy.clusterDomain }}"',
    '- "--proxyLogLevel={{ annotation .ObjectMeta "sidecar.istio.io/logLevel" .Values.global.proxy.logLevel }}"',
    '- "--proxyComponentLogLevel={{ annotation .ObjectMeta "sidecar.istio.io/componentLogLevel" .Values.global.proxy.componentLogLevel }}"',
    agentLogLevel,
    when(".Values.global.sts.servicePort", '- "--stsPort={{ .Values.global.sts.servicePort }}"'),
    logAsJson,
    when(
      ".Values.global.proxy.outlierLogPath",
      '- "--outlierLogPath={{ .Values.global.proxy.outlierLogPath }}"',
    ),
  );
}
