import { defineMesh } from "meshwright/intent";

const namespace = "checkout";

/** A workload that needs three hosts outside, and may reach no other. */
export const checkout = defineMesh("checkout", {
  services: {
    checkout: { namespace, ports: { http: { number: 80, protocol: "http", targetPort: 9898 } } },
    reports: { namespace, ports: { http: { number: 80, protocol: "http", targetPort: 9898 } } },
  },
  external: {
    // The workload speaks plain HTTP; the egress gateway begins TLS, and verifies name and authority of the server.
    payments: {
      host: "api.payments.example",
      ports: {
        http: {
          number: 80,
          protocol: "http",
          tls: { subjectAltNames: ["api.payments.example"] },
        },
      },
      via: "egress",
    },
    // The workload speaks HTTPS itself; the egress gateway passes it on by the name that is asked for.
    mail: { host: "smtp.mail.example", ports: { tls: { number: 465, protocol: "tls" } }, via: "egress" },
    // TLS that the caller's own proxy begins, with a certificate of the caller's.
    ledger: {
      host: "ledger.bank.example",
      ports: {
        http: {
          number: 80,
          protocol: "http",
          targetPort: 8443,
          tls: {
            mode: "mutual",
            clientCertificate: "/etc/ledger/tls.crt",
            privateKey: "/etc/ledger/tls.key",
            caCertificates: "/etc/ledger/ca.crt",
          },
        },
      },
    },
  },
  scope: {}, // a proxy knows what its workload calls, so the others cannot even name these hosts
  security: { networkPolicies: "ingress-and-egress" },
});
const { ledger, payments } = checkout.external;

// What the provider does not answer within two seconds is asked once more, by the egress gateway; nobody waits for longer.
checkout.route(payments, [
  checkout
    .otherwise()
    .with({
      timeout: "4s",
      retries: { attempts: 1, perTryTimeout: "2s", retryOn: ["gateway-error", "reset"] },
    })
    .to(payments),
]);

// The bank allows us 20 connections; what is beyond waits for none.
checkout.trafficPolicy(ledger, { connectionPool: { tcp: { maxConnections: 20, connectTimeout: "3s" } } });

checkout.telemetry({ accessLogging: { providers: [checkout.providers.envoy] } });
