import type * as pulumi from "@pulumi/pulumi";
import type { InputProblem } from "../intent/problem";
import { show } from "../intent/show";

/** How a registry is reached. */
export interface RegistryConnection {
  /** Where its HTTP API is, without a path: `"https://consul.example:8501"`. */
  readonly address: string;
  /** What it knows the reader by; a secret, which no message and no object shows. @default - none is sent */
  readonly token?: pulumi.Input<string>;
  /** The certificate authorities to trust, PEM. @default - those of Node */
  readonly caCertificates?: string;
  /** How long the whole of an answer may take, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  /** The longest answer that is read, in bytes. @default 33554432, which is 32 MiB */
  readonly maxAnswerBytes?: number;
}

/** What is wrong with how a registry is to be reached; none when it is fine. */
export function connectionProblems(connection: RegistryConnection): readonly InputProblem[] {
  const { address, timeoutMs = 1, maxAnswerBytes = 1 } = connection;
  const problems: InputProblem[] = [];
  const report = (path: string, message: string, got: string, expected: string, fix: string): number =>
    problems.push({ id: "discovery/argument", path, message, got, expected, fix });
  const url = typeof address === "string" && URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    report(
      "address",
      "is not the address of an HTTP API",
      // What stands before an @ may be a password.
      typeof address === "string" && address.includes("@") ? "an address with an @" : show(address),
      'an http or https URL, such as "https://consul.example:8501"',
      "correct it",
    );
  } else if (url.username !== "" || url.password !== "") {
    report(
      "address",
      "holds a user or a password, which would be seen in messages",
      `a user${url.password === "" ? "" : " and a password"} before ${url.host}`,
      "an address without them",
      "remove it, and give a token",
    );
  } else if (url.search !== "" || url.hash !== "") {
    const parts = [...(url.search === "" ? [] : ["a query"]), ...(url.hash === "" ? [] : ["a fragment"])];
    report(
      "address",
      "has a query or a fragment",
      `${parts.join(" and ")} after ${url.origin}${url.pathname}`,
      "an address that ends with the port or the path",
      "remove it",
    );
  }
  for (const [path, value] of Object.entries({ timeoutMs, maxAnswerBytes })) {
    if (!Number.isInteger(value) || value < 1)
      report(path, "is not a whole number above 0", show(value), "1 or more", "correct it, or leave it out");
  }
  return problems;
}
