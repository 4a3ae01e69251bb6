import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** The protocol of messages that this kernel speaks (jupyter-client.readthedocs.io, "Messaging"). */
export const protocolVersion = "5.4";

export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
}

/** One message as it stands on the wire; `identities` are the ZeroMQ routing prefix. */
export interface WireMessage {
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  readonly parent: Header | Record<string, never>;
  readonly metadata: Record<string, unknown>;
  readonly content: Record<string, unknown>;
  readonly buffers: readonly Uint8Array[];
}

/** What Jupyter writes into the connection file. */
export interface ConnectionInfo {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly signature_scheme?: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly stdin_port: number;
  readonly iopub_port: number;
  readonly hb_port: number;
}

const delimiter = Buffer.from("<IDS|MSG>");

/** Why a message was not accepted; it is dropped, and nobody is answered. */
class WireError extends Error {
  override readonly name = "WireError";
}

/** The address of one of the kernel's five sockets. */
export function addressOf(connection: ConnectionInfo, port: number): string {
  return connection.transport === "ipc"
    ? `ipc://${connection.ip}-${port}`
    : `${connection.transport}://${connection.ip}:${port}`;
}

function signature(key: string, parts: readonly Uint8Array[]): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

function parseObject(part: Uint8Array): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(part).toString("utf8"));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WireError("a part of the message is not a JSON object");
  }
  return value as Record<string, unknown>;
}

function asHeader(part: Record<string, unknown>): Header {
  if (typeof part["msg_type"] !== "string" || typeof part["msg_id"] !== "string") {
    throw new WireError("the header has no msg_type or msg_id");
  }
  return part as unknown as Header;
}

/** Read the frames of a message; throws WireError (or SyntaxError) for anything that is not one. */
export function readFrames(key: string, frames: readonly Uint8Array[]): WireMessage {
  const at = frames.findIndex((frame) => delimiter.equals(frame));
  if (at < 0) throw new WireError("the delimiter is missing");
  const [stated, ...parts] = frames.slice(at + 1);
  if (stated === undefined || parts.length < 4) throw new WireError("the message is cut short");
  const wanted = Buffer.from(signature(key, parts));
  if (wanted.length !== stated.length || !timingSafeEqual(wanted, stated)) {
    throw new WireError("the signature is wrong");
  }
  const [header, parent, metadata, content] = parts
    .slice(0, 4)
    .map((part) => parseObject(part)) as [
    Record<string, unknown>,
    Record<string, unknown>,
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  return {
    identities: frames.slice(0, at),
    header: asHeader(header),
    parent: parent as unknown as Header,
    metadata,
    content,
    buffers: parts.slice(4),
  };
}

/** The frames of a message, signed. */
export function writeFrames(key: string, message: WireMessage): Uint8Array[] {
  const json = [message.header, message.parent, message.metadata, message.content].map((part) =>
    Buffer.from(JSON.stringify(part), "utf8"),
  );
  const parts = [...json, ...message.buffers];
  return [...message.identities, delimiter, Buffer.from(signature(key, parts)), ...parts];
}

/** A fresh header of the given type. */
export function makeHeader(type: string, session: string, username: string): Header {
  return {
    msg_id: randomUUID(),
    session,
    username,
    date: new Date().toISOString(),
    msg_type: type,
    version: protocolVersion,
  };
}
