import { each, item, lines, quoted, variable, when } from "../template-text";

const PROXY = '(annotation .ObjectMeta "sidecar.istio.io/proxyImage" .Values.global.proxy.image)';

/** A whole reference where one is given; otherwise istiod's own combination of hub, name, tag and image type. */
export const proxyImage = when(
  `contains "/" ${PROXY}`,
  `image: ${quoted(PROXY)}`,
  `image: ${quoted(".ProxyImage")}`,
);

const INIT = '(annotation .ObjectMeta "sidecar.istio.io/proxyImage" .Values.global.proxy_init.image)';

/**
 * The image of the init container, from its own value. Only the newest istiod combines hub, name, tag and image type of it
 * for a template, so it is done here: the pod's type, else the mesh's, takes the place of one that the tag has.
 */
export const initImage = when(
  `contains "/" ${INIT}`,
  `image: ${quoted(INIT)}`,
  lines(
    variable("$tag", "toString .Values.global.tag"),
    '{{- with annotation .ObjectMeta "sidecar.istio.io/proxyImageType" .Values.global.variant }}',
    '{{- $tag = regexReplaceAll "-(distroless|debug)$" $tag "" }}',
    '{{- if ne . "default" }}{{ $tag = print $tag "-" . }}{{ end }}',
    "{{- end }}",
    `image: ${quoted('printf "%s/%s:%s" .Values.global.hub (.Values.global.proxy_init.image | default "proxyv2") $tag')}`,
  ),
);

/** Only where the values ask for one: the cluster's default depends on the tag. */
export const imagePullPolicy = when(
  ".Values.global.imagePullPolicy",
  `imagePullPolicy: ${quoted(".Values.global.imagePullPolicy")}`,
);

/** Pull secrets of the mesh, added to those of the pod. */
export const imagePullSecrets = when(
  ".Values.global.imagePullSecrets",
  lines(
    "imagePullSecrets:",
    each("$_, $secret", ".Values.global.imagePullSecrets", item(`name: ${quoted("$secret")}`)),
  ),
);
