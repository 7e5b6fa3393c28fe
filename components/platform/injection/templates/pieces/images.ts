import { each, item, lines, quoted, when } from "../template-text";

const PROXY = '(annotation .ObjectMeta "sidecar.istio.io/proxyImage" .Values.global.proxy.image)';

/** A whole reference where one is given; otherwise istiod's own combination of hub, name, tag and image type. */
export const proxyImage = when(
  `contains "/" ${PROXY}`,
  `image: ${quoted(PROXY)}`,
  `image: ${quoted(".ProxyImage")}`,
);

/** The same for the init container, which has an image value of its own. */
export const initImage = when(
  'contains "/" .Values.global.proxy_init.image',
  `image: ${quoted(".Values.global.proxy_init.image")}`,
  `image: ${quoted(".ProxyInitImage")}`,
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
