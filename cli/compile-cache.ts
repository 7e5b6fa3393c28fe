import * as nodeModule from "node:module";

/** Node has it from 22.8 on. */
const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: () => unknown };

// Of a check of a few files, a Node that can keep what it compiles spends a quarter on compiling. It is kept where the
// system has its temporary files, or where NODE_COMPILE_CACHE says. Whoever loads this has loaded nothing else before.
enableCompileCache?.();
