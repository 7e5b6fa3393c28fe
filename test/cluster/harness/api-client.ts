import * as http from "node:http";
import * as https from "node:https";

export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
}

/** How an API server is reached: with a token over TLS, or through a proxy on a unix socket that adds who is asking. */
export type Endpoint =
  { readonly server: string; readonly token: string; readonly ca: string } | { readonly socket: string };

const ANSWER_WITHIN_MS = 30_000;

/** Talks to an API server, for what the harness does itself; the tests apply and delete with kubectl. */
export class ApiClient {
  readonly #agent: http.Agent;

  constructor(
    private readonly endpoint: Endpoint,
    /** The name under which the server records who changed a field. */
    private readonly userAgent = "meshwright-test",
  ) {
    this.#agent =
      "socket" in endpoint
        ? new http.Agent({ keepAlive: true })
        : new https.Agent({ keepAlive: true, ca: endpoint.ca });
  }

  request(
    method: string,
    url: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<ApiResponse> {
    return new Promise((resolve, reject) => {
      const request = this.#open(method, url, contentType, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            body: parsed(Buffer.concat(chunks).toString("utf8")),
          }),
        );
      });
      request.on("error", reject);
      request.setTimeout(ANSWER_WITHIN_MS, () =>
        request.destroy(new Error(`${method} ${url} did not answer in ${ANSWER_WITHIN_MS / 1000} s`)),
      );
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /**
   * The items of a list; none where the server does not know the kind.
   *
   * @throws when the server gives no list for another reason, so that nobody takes that for an empty one
   */
  async list<T>(url: string): Promise<readonly T[]> {
    const { status, body } = await this.request("GET", url);
    if (status === 200) return (body as { readonly items: readonly T[] }).items;
    if (status === 404) return [];
    throw new Error(`GET ${url}: ${status} ${JSON.stringify(body)}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #open(
    method: string,
    url: string,
    contentType: string,
    answer: (response: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const { endpoint } = this;
    const agent = this.#agent;
    const headers = {
      "content-type": contentType,
      accept: "application/json",
      "user-agent": this.userAgent,
    };
    if ("socket" in endpoint) {
      const options = { method, agent, headers, path: url, socketPath: endpoint.socket, host: "localhost" };
      return http.request(options, answer);
    }
    const authorization = `Bearer ${endpoint.token}`;
    return https.request(
      `${endpoint.server}${url}`,
      { method, agent, headers: { ...headers, authorization } },
      answer,
    );
  }
}

/** `/readyz` answers in plain text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
