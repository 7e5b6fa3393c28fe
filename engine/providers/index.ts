export { tlsProvider, type TlsProviderOptions } from "./tls/provider";
