import * as https from "node:https";

export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
}

/** Talks to an API server with a bearer token; for what the harness does itself, the tests use kubectl. */
export class ApiClient {
  readonly #agent = new https.Agent({ keepAlive: true });
  constructor(
    readonly server: string,
    private readonly token: string,
    private readonly ca: () => string | undefined,
  ) {}

  request(
    method: string,
    url: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<ApiResponse> {
    const ca = this.ca();
    return new Promise((resolve, reject) => {
      const request = https.request(
        `${this.server}${url}`,
        {
          method,
          agent: this.#agent,
          ...(ca === undefined ? { rejectUnauthorized: false } : { ca }),
          headers: {
            authorization: `Bearer ${this.token}`,
            "content-type": contentType,
            accept: "application/json",
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            let parsed: unknown = text;
            try {
              parsed = JSON.parse(text);
            } catch {
              // /readyz answers in plain text
            }
            resolve({ status: response.statusCode ?? 0, body: parsed });
          });
        },
      );
      request.on("error", reject);
      request.setTimeout(30_000, () => request.destroy(new Error(`${method} ${url} did not answer in 30 s`)));
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** The items of a list, or of nothing where the kind is not there yet. */
  async list<T>(url: string): Promise<readonly T[]> {
    const { status, body } = await this.request("GET", url);
    return status === 200 ? (body as { items: T[] }).items : [];
  }

  close(): void {
    this.#agent.destroy();
  }
}
