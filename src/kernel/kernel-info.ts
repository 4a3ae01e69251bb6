import { protocolVersion } from "./wire.js";

/** The content of a `kernel_info_reply`. Notebooks of this kernel are TypeScript notebooks. */
export function kernelInfo(version: string, typescript: string): object {
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "parable",
    implementation_version: version,
    banner: `Parable ${version}: TypeScript ${typescript} and %%parable cells`,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
    },
    help_links: [],
    debugger: false,
    supported_features: [],
  };
}
