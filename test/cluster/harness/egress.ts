import * as http from "node:http";
import type * as net from "node:net";

/**
 * The far end of the API server's egress selector: it answers `CONNECT` on a unix socket and hands every connection
 * to a server of this process. So a webhook call to a service of the cluster never leaves loopback.
 */
export class Egress {
  readonly #server: http.Server;
  readonly #sockets = new Set<net.Socket>();

  /** @param accept gets the raw connection and the `host:port` that was asked for */
  constructor(accept: (socket: net.Socket, target: string) => void) {
    this.#server = http.createServer((_request, response) => response.writeHead(405).end());
    this.#server.on("connect", (request, stream) => {
      const socket = stream as net.Socket;
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      accept(socket, request.url ?? "");
    });
  }

  listen(socketFile: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(socketFile, () => resolve());
    });
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** The API server's side of it. */
export function egressSelectorConfiguration(socketFile: string): string {
  return JSON.stringify({
    apiVersion: "apiserver.k8s.io/v1beta1",
    kind: "EgressSelectorConfiguration",
    egressSelections: [
      {
        name: "cluster",
        connection: { proxyProtocol: "HTTPConnect", transport: { uds: { udsName: socketFile } } },
      },
    ],
  });
}
