import { block, item, lines, when } from "../template-text";
import { agentArguments, logArguments, outlierLog } from "./arguments";
import { iptablesArguments } from "./iptables";
import { proxyMetadata } from "./environment";
import { imagePullPolicy, initImage, proxyImage } from "./images";
import { gatewayLifecycle, sidecarLifecycle } from "./lifecycle";
import { gatewayEnvironment, sidecarEnvironment } from "./pod-environment";
import { gatewayProbes, sidecarProbes } from "./probes";
import { resources } from "./resources";
import { gatewaySecurity, initSecurity, sidecarSecurity } from "./security";
import { gatewayMounts, sidecarMounts } from "./pod-volumes";

/** Envoy's own statistics; the agent merges them with the application's on another port. */
const statisticsPort = block("ports", item("containerPort: 15090", "protocol: TCP", "name: http-envoy-prom"));

/** Sets the capture of traffic up, or, where the CNI plugin has done so, checks that it is in place. */
export const initContainer = item(
  'name: {{ .Values.pilot.cni.enabled | ternary "istio-validation" "istio-init" }}',
  initImage,
  imagePullPolicy,
  block(
    "args",
    iptablesArguments,
    logArguments,
    when(
      ".Values.pilot.cni.enabled",
      lines('- "--run-validation"', '- "--skip-rule-apply"'),
      when(".Values.global.proxy_init.forceApplyIptables", '- "--force-apply"'),
    ),
    when(".Values.global.nativeNftables", '- "--native-nftables"'),
  ),
  when(".ProxyConfig.ProxyMetadata", block("env", proxyMetadata)),
  resources,
  initSecurity,
);

/** The proxy beside an application. Under native sidecars it is an init container that keeps running. */
export const sidecarContainer = item(
  "name: istio-proxy",
  when("$native", "restartPolicy: Always"),
  proxyImage,
  imagePullPolicy,
  statisticsPort,
  agentArguments("sidecar", outlierLog),
  sidecarLifecycle,
  sidecarEnvironment,
  sidecarProbes,
  sidecarSecurity,
  resources,
  sidecarMounts,
);

/** The proxy that is a gateway: it takes the place of the container that the workload calls `istio-proxy`. */
export const gatewayContainer = item(
  "name: istio-proxy",
  proxyImage,
  imagePullPolicy,
  statisticsPort,
  agentArguments("router"),
  gatewayLifecycle,
  gatewayEnvironment,
  gatewayProbes,
  gatewaySecurity,
  gatewayMounts,
);
