export { randomProvider, type RandomProviderOptions } from "./random/provider";
export { tlsProvider, type TlsProviderOptions } from "./tls/provider";
