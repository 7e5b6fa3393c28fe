import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { InputProblem } from "../intent/problem";
import { show } from "../intent/show";
import type { RegistryConnection } from "./registry-connection";
import { describeIssue } from "./shape-issue";

/** A request that gave nothing, and why. */
export class RegistryFailure extends Error {
  readonly problem: InputProblem;

  constructor(problem: InputProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

interface Answer {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Asks one registry. Redirects are not followed: the token would go to wherever they lead. */
export class RegistryClient {
  readonly #connection: RegistryConnection;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(connection: RegistryConnection, headers: Readonly<Record<string, string>>) {
    this.#connection = connection;
    this.#headers = headers;
  }

  /**
   * @param tokenHeader the name under which the registry takes its token
   * @throws {@link RegistryFailure} where the token is not known while the program runs
   */
  static async connect(connection: RegistryConnection, tokenHeader: string): Promise<RegistryClient> {
    const token = await plain(connection.token);
    return new RegistryClient(connection, {
      accept: "application/json",
      ...(token !== undefined && { [tokenHeader]: token }),
    });
  }

  /**
   * @param path below the address, with its query
   * @returns the answer, of the shape that is documented for it
   * @throws {@link RegistryFailure}
   */
  async get<T>(
    path: string,
    shape: z.ZodType<T>,
  ): Promise<{ readonly value: T; readonly headers: Answer["headers"] }> {
    const { body, headers } = await this.#ask(path);
    const read = shape.safeParse(body);
    if (read.success) return { value: read.data, headers };
    const [issue] = read.error.issues;
    const place = (issue?.path ?? [])
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
      .join("");
    throw this.#failure(
      path,
      "unexpected-shape",
      `is not of the shape that is documented for it${place === "" ? "" : `, at ${place}`}`,
      {
        ...(issue === undefined
          ? { got: show(body), expected: "the documented shape" }
          : describeIssue(issue, body)),
        fix: "see whether the address is that of the registry's HTTP API, and of a release that answers so",
      },
    );
  }

  #ask(path: string): Promise<Answer> {
    const {
      address,
      caCertificates,
      timeoutMs = 10_000,
      maxAnswerBytes = 32 * 1024 * 1024,
    } = this.#connection;
    const url = new URL(address.replace(/\/+$/, "") + path);
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const signal = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve, reject) => {
      const fail = (
        kind: string,
        message: string,
        rest: Pick<InputProblem, "got" | "expected" | "fix">,
      ): void => reject(this.#failure(path, kind, message, rest));
      const failOf = (error: Error): void => {
        if (signal.aborted) {
          fail("timeout", "gave no whole answer in time", {
            got: `no end of it after ${timeoutMs} ms`,
            expected: "the whole of it within timeoutMs",
            fix: "see whether the registry is well, or raise timeoutMs",
          });
        } else {
          fail("unreachable", "cannot be reached", {
            got: (error as NodeJS.ErrnoException).code ?? error.message,
            expected: `a server at ${url.origin}`,
            fix: "see whether the address is right and reachable from where the program runs",
          });
        }
      };
      const request = send(
        url,
        { headers: this.#headers, signal, ...(caCertificates !== undefined && { ca: caCertificates }) },
        (response) => {
          const chunks: Buffer[] = [];
          let length = 0;
          response.on("data", (chunk: Buffer) => {
            length += chunk.length;
            if (length <= maxAnswerBytes) {
              chunks.push(chunk);
              return;
            }
            fail("too-large", "is too long", {
              got: `more than ${maxAnswerBytes} bytes`,
              expected: "maxAnswerBytes at most",
              fix: "ask for fewer services, or raise maxAnswerBytes",
            });
            response.destroy();
          });
          response.on("error", failOf);
          response.on("end", () => {
            const status = response.statusCode ?? 0;
            if (status !== 200) {
              const [kind, fix] = judge(status);
              fail(kind, `answered with status ${status}`, { got: String(status), expected: "200", fix });
              return;
            }
            try {
              resolve({
                body: JSON.parse(Buffer.concat(chunks).toString("utf8")),
                headers: response.headers,
              });
            } catch {
              fail("not-json", "is not JSON", {
                got: response.headers["content-type"] ?? "no content type",
                expected: "application/json",
                fix: "see whether the address is that of the registry's HTTP API, and not of a page or proxy before it",
              });
            }
          });
        },
      );
      request.on("error", failOf);
      request.end();
    });
  }

  #failure(
    path: string,
    kind: string,
    message: string,
    rest: Pick<InputProblem, "got" | "expected" | "fix">,
  ): RegistryFailure {
    return new RegistryFailure({ ...rest, id: `discovery/${kind}`, path: `GET ${path}`, message });
  }
}

function judge(status: number): readonly [kind: string, fix: string] {
  if (status === 401 || status === 403) return ["refused", "give a token that may read services and nodes"];
  if (status === 404) return ["status", "see whether the address is that of the registry, without a path"];
  if (status >= 300 && status < 400) return ["status", "give the address that it redirects to"];
  return ["status", "see the registry's own log for what went wrong"];
}

/** The value of an input. A catalogue is imported while the program runs, so it must be known then. */
async function plain(input: pulumi.Input<string> | undefined): Promise<string | undefined> {
  if (input === undefined) return undefined;
  const output = pulumi.output(input);
  // The engine alone knows whether an output has a value; `apply` would wait for one that never comes.
  const { isKnown } = output as unknown as { readonly isKnown: Promise<boolean> };
  if (!(await isKnown)) {
    throw new RegistryFailure({
      id: "discovery/token",
      path: "token",
      message: "is not known before deployment, but a catalogue is imported while the program runs",
      got: "a pulumi.Output without a value",
      expected: "a token that is known while the program runs",
      fix: "take it from the configuration, new pulumi.Config().requireSecret(...), or from another stack",
    });
  }
  return new Promise((resolve) => output.apply(resolve));
}
