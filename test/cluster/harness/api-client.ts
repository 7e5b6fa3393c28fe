import * as http from "node:http";
import * as https from "node:https";

export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
}

/** One change that a watch tells of. */
export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: T;
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

  /**
   * Tells of every change of a list since a resource version, until it is closed.
   *
   * @param failed called when the server ends the watch by itself: from then on changes are missed
   */
  watch<T>(url: string, since: string, event: (event: WatchEvent<T>) => void, failed: (why: string) => void) {
    const from = `${url}${url.includes("?") ? "&" : "?"}watch=true&resourceVersion=${since}`;
    let closed = false;
    const ended = (why: string) => {
      if (!closed) failed(`GET ${from}: ${why}`);
    };
    const request = this.#open("GET", from, "application/json", (response) => {
      if (response.statusCode !== 200) ended(`status ${response.statusCode}`);
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        const lines = (text + chunk).split("\n");
        text = lines.pop() ?? "";
        for (const line of lines) event(JSON.parse(line) as WatchEvent<T>);
      });
      response.on("error", (error) => ended(error.message)).on("end", () => ended("the server ended it"));
    });
    request.on("error", (error) => ended(error.message));
    request.end();
    return {
      close: (): void => {
        closed = true;
        request.destroy();
      },
    };
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
