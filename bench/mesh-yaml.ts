/** How many services share a namespace: a team's worth. */
const SERVICES_PER_NAMESPACE = 20;

/**
 * The manifests of a sound mesh with so many services: six objects for each (ServiceAccount, Service, Deployment,
 * DestinationRule, VirtualService, AuthorizationPolicy), a namespace for every twenty, and the mesh-wide policies. Every
 * service calls the next one of its namespace, so that the objects refer to each other as those of a real mesh do.
 *
 * @param services how many; 4,000 give about 24,000 objects
 * @returns YAML documents, one file's text for each namespace
 */
export function meshYaml(services: number): readonly string[] {
  const namespaces = Math.ceil(services / SERVICES_PER_NAMESPACE);
  const texts = [meshWide()];
  for (let team = 0; team < namespaces; team++) {
    const here = Math.min(SERVICES_PER_NAMESPACE, services - team * SERVICES_PER_NAMESPACE);
    const namespace = `team-${team}`;
    const documents = [namespaceOf(namespace)];
    for (let index = 0; index < here; index++) {
      documents.push(...objectsOf(namespace, `app-${index}`, `app-${(index + here - 1) % here}`));
    }
    texts.push(`${documents.join("---\n")}`);
  }
  return texts;
}

function meshWide(): string {
  return `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: istio-system
spec:
  mtls:
    mode: STRICT
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: deny-all
  namespace: istio-system
spec: {}
`;
}

function namespaceOf(namespace: string): string {
  return `apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
  labels:
    istio-injection: enabled
`;
}

function objectsOf(namespace: string, app: string, caller: string): readonly string[] {
  const host = `${app}.${namespace}.svc.cluster.local`;
  const metadata = `metadata:\n  name: ${app}\n  namespace: ${namespace}\n`;
  return [
    `apiVersion: v1
kind: ServiceAccount
${metadata}`,
    `apiVersion: v1
kind: Service
${metadata}  labels:
    app: ${app}
spec:
  selector:
    app: ${app}
  ports:
    - name: http
      port: 8080
      targetPort: 8080
      appProtocol: http
`,
    `apiVersion: apps/v1
kind: Deployment
${metadata}spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${app}
      version: v1
  template:
    metadata:
      labels:
        app: ${app}
        version: v1
    spec:
      serviceAccountName: ${app}
      containers:
        - name: app
          image: example.com/${app}:1.0.0
          ports:
            - containerPort: 8080
          readinessProbe:
            tcpSocket: {port: 8080}
          resources:
            requests: {cpu: 100m, memory: 128Mi}
            limits: {memory: 128Mi}
          securityContext:
            runAsNonRoot: true
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
`,
    `apiVersion: networking.istio.io/v1
kind: DestinationRule
${metadata}spec:
  host: ${host}
  trafficPolicy:
    tls:
      mode: ISTIO_MUTUAL
  subsets:
    - name: v1
      labels:
        version: v1
`,
    `apiVersion: networking.istio.io/v1
kind: VirtualService
${metadata}spec:
  hosts:
    - ${host}
  http:
    - timeout: 5s
      retries:
        attempts: 2
        perTryTimeout: 1s
      route:
        - destination:
            host: ${host}
            subset: v1
            port:
              number: 8080
`,
    `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
${metadata}spec:
  selector:
    matchLabels:
      app: ${app}
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/${namespace}/sa/${caller}
`,
  ];
}
