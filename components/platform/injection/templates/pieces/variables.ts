import { lines, variable } from "../template-text";

/**
 * Settings that annotations may override, read once: `$mode` of interception, `$statusPort` of the agent (text; `"0"` means
 * none), `$captured` says whether anything is redirected, `$bindsLowPorts` whether the proxy may bind ports below 1024, `$native` whether the sidecar is an init container that keeps
 * running, and `$applications` are the names of the other containers.
 */
export const podVariables = lines(
  variable(
    "$mode",
    'annotation .ObjectMeta "sidecar.istio.io/interceptionMode" .ProxyConfig.InterceptionMode',
  ),
  variable(
    "$statusPort",
    'annotation .ObjectMeta "status.sidecar.istio.io/port" .Values.global.proxy.statusPort',
  ),
  variable("$captured", 'ne $mode "NONE"'),
  variable(
    "$bindsLowPorts",
    'eq (annotation .ObjectMeta "sidecar.istio.io/capNetBindService" (index .Values.global.proxy "capNetBindService")) "true"',
  ),
  variable("$native", 'eq (annotation .ObjectMeta "sidecar.istio.io/nativeSidecar" .NativeSidecars) "true"'),
  variable("$applications", "list"),
  '{{- range .Spec.Containers }}{{ if ne .Name "istio-proxy" }}{{ $applications = append $applications .Name }}{{ end }}{{ end }}',
);
