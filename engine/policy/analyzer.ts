import { status, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type {
  AnalyzeRequest,
  AnalyzeResponse,
  AnalyzerHandshakeRequest,
  AnalyzerInfo,
  AnalyzerStackConfigureRequest,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { CHANNEL_OPTIONS } from "../monitor/channel-options";
import { credentials, Empty } from "../monitor/protocol";

/** The Analyzer service of a pack, call by call. */
export class Analyzer {
  readonly #client: AnalyzerClient;

  constructor(address: string) {
    this.#client = new AnalyzerClient(address, credentials.createInsecure(), CHANNEL_OPTIONS);
  }

  /** Packs of older SDKs know nothing of it, and need not. */
  handshake(request: AnalyzerHandshakeRequest): Promise<void> {
    return this.#optional((done) => this.#client.handshake(request, done));
  }

  configureStack(request: AnalyzerStackConfigureRequest): Promise<void> {
    return this.#optional((done) => this.#client.configureStack(request, done));
  }

  /** The version of the policy SDK. */
  async pluginVersion(): Promise<string> {
    const info = await this.#call<{ getVersion(): string }>((done) =>
      this.#client.getPluginInfo(new Empty(), done),
    );
    return info.getVersion();
  }

  info(): Promise<AnalyzerInfo> {
    return this.#call((done) => this.#client.getAnalyzerInfo(new Empty(), done));
  }

  async configure(request: ConfigureAnalyzerRequest): Promise<void> {
    await this.#call<unknown>((done) => this.#client.configure(request, done));
  }

  remediate(request: AnalyzeRequest): Promise<RemediateResponse> {
    return this.#call((done) => this.#client.remediate(request, done));
  }

  analyze(request: AnalyzeRequest): Promise<AnalyzeResponse> {
    return this.#call((done) => this.#client.analyze(request, done));
  }

  analyzeStack(request: AnalyzeStackRequest): Promise<AnalyzeResponse> {
    return this.#call((done) => this.#client.analyzeStack(request, done));
  }

  close(): void {
    this.#client.close();
  }

  #call<Response>(
    send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
    });
  }

  async #optional(
    send: (done: (error: ServiceError | null, response: unknown) => void) => unknown,
  ): Promise<void> {
    try {
      await this.#call(send);
    } catch (error) {
      if (!isServiceError(error) || error.code !== status.UNIMPLEMENTED) throw error;
    }
  }
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error;
}
