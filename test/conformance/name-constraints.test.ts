import assert from "node:assert/strict";

import { completedCertificate } from "../../components/platform/certificate-authority/completed-certificate";
import { OpensslCertificates } from "../support/openssl-certificates";
import { askGo, type AskedChain } from "./name-constraints/ask";

const KEY_USAGE = "keyUsage=critical,keyCertSign,cRLSign";
const ROOT = ["basicConstraints=critical,CA:TRUE,pathlen:1", KEY_USAGE, "subjectKeyIdentifier=hash"];
const KEY_IDS = ["subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid"];

describe("constrained authorities before Go's own X.509, by which istiod and the agent verify", function () {
  this.timeout(120_000);
  const files = new OpensslCertificates();
  after(() => files.remove());

  const KINDS = ["p256", "p384", "rsa"] as const;
  /** What a certificate says of whose it is, the host that is called, and what Go answers. */
  const CASES: readonly [names: string, dnsName: string | undefined, expected: RegExp][] = [
    ["URI:spiffe://cluster.local/ns/shop/sa/web", undefined, /^$/],
    ["URI:spiffe://td_1/ns/shop/sa/web", undefined, /^$/],
    ["URI:spiffe://example.org/ns/shop/sa/web", undefined, /not permitted by any constraint/],
    ["DNS:istiod.istio-system.svc", "istiod.istio-system.svc", /^$/],
    ["DNS:shop.example.com", "shop.example.com", /not permitted by any constraint/],
  ];

  it("are believed for what they are permitted, by keys of every kind, and for nothing else", async function () {
    const chains: AskedChain[] = [];
    files.key("leaf");
    for (const kind of KINDS) {
      files.key(`root-${kind}`, kind);
      files.certificate(`root-${kind}`, ROOT);
      files.key(kind, kind);
      const issued = files.certificate(kind, ["basicConstraints=critical,CA:FALSE", KEY_USAGE, ...KEY_IDS], {
        signer: `root-${kind}`,
      });
      const intermediates = await completedCertificate(issued, files.text(`root-${kind}.key`), {
        pathLength: 0,
        nameConstraints: { permitted: { trustDomains: ["cluster.local", "td_1"], dnsDomains: ["svc"] } },
      });
      files.write(`${kind}.crt`, intermediates);
      for (const [names, dnsName] of CASES) {
        const leaf = files.certificate("leaf", [`subjectAltName=critical,${names}`, ...KEY_IDS], {
          signer: kind,
          subject: "/",
        });
        chains.push({
          roots: files.text(`root-${kind}.crt`),
          intermediates,
          leaf,
          ...(dnsName === undefined ? {} : { dnsName }),
        });
      }
    }
    const answers = askGo(chains);
    if (typeof answers === "string") {
      console.log(`      skipped: ${answers}`);
      return this.skip();
    }
    assert.equal(answers.length, KINDS.length * CASES.length);
    answers.forEach((answer, index) => {
      const [names, , expected] = CASES[index % CASES.length]!;
      assert.match(answer, expected, `${KINDS[Math.floor(index / CASES.length)]} ${names}`);
    });
  });
});
