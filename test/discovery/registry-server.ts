import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What is answered to one request: JSON with status 200, or whatever else is done with it. */
export type Answer = object | ((request: IncomingMessage, response: ServerResponse) => void);

/** A server that gives recorded answers by path with query, as a registry would, and keeps what it was asked. */
export class RegistryServer {
  readonly asked: { readonly path: string; readonly headers: IncomingMessage["headers"] }[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #server = createServer((request, response) => {
    const path = request.url ?? "";
    this.asked.push({ path, headers: request.headers });
    const answer = this.#answers.get(path);
    if (typeof answer === "function") answer(request, response);
    else if (answer === undefined) response.writeHead(404).end("Invalid URL path");
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forgets everything, and answers so from now on. */
  answer(answers: Readonly<Record<string, Answer>>): void {
    this.asked.length = 0;
    this.#answers.clear();
    for (const [path, answer] of Object.entries(answers)) this.#answers.set(path, answer);
  }
}

/** An answer that is no JSON, or not status 200. */
export function says(status: number, body: string, contentType = "text/plain"): Answer {
  return (_, response) => response.writeHead(status, { "content-type": contentType }).end(body);
}
