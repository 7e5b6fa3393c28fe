import { defineMesh } from "../../components/intent";

/** Every field of what a gateway listens to, and of the TLS that callers from outside meet. */
export function gateways() {
  const mesh = defineMesh("gateways", {
    services: {
      web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
      database: { namespace: "shop", ports: { postgres: { number: 5432, protocol: "tcp" } } },
    },
  });
  const { web, database } = mesh.services;
  const edge = mesh.gateway("edge", {
    hosts: ["www.example.com"],
    tls: {
      credentialName: "edge-cert",
      mode: "mutual",
      cipherSuites: ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"],
      subjectAltNames: ["partner.example.com"],
      verifyCertificateSpki: ["NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A="],
      verifyCertificateHash: ["df6ff72fe9116521268f6f2dd4966f51df479883fe7037b39f75916ac3049d1a"],
    },
    servers: {
      postgres: { port: 5432, targetPort: 15432, protocol: "tcp" },
      admin: {
        port: 8443,
        protocol: "https",
        tls: { credentialName: "admin-cert", minProtocolVersion: "TLSV1_3" },
      },
    },
  });
  edge.expose("www.example.com", web);
  edge.servers.admin.expose("www.example.com", web);
  edge.servers.postgres.expose(database);
  return mesh;
}
