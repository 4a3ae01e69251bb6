import { fileURLToPath } from "node:url";
import { Request } from "zeromq";
import { Client, type Exchange } from "../../src/kernel/client.js";

export { Client, pause } from "../../src/kernel/client.js";

type Content = Record<string, unknown>;

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const main = fileURLToPath(new URL("../../dist/src/kernel/main.js", import.meta.url));

/** A kernel from the built package, started as Jupyter would start it. */
export function startKernel(cwd?: string): Promise<Client> {
  const flags = ["--no-force-async-hooks-checks", "--disable-warning=ExperimentalWarning"];
  return Client.start([process.execPath, ...flags, main, "{connection_file}"], cwd);
}

/** True when the kernel's heart beats within a second. */
export async function beats({ connection }: Client): Promise<boolean> {
  const heart = new Request({ linger: 0, receiveTimeout: 1_000 });
  heart.connect(`tcp://${connection.ip}:${connection.hb_port}`);
  try {
    await heart.send("ping");
    const [echo] = await heart.receive();
    return String(echo) === "ping";
  } catch {
    return false;
  } finally {
    heart.close();
  }
}

/** The contents of the messages of a type. */
export function contents(exchange: Exchange, type: string): Content[] {
  return exchange.published
    .filter((message) => message.header.msg_type === type)
    .map((message) => message.content);
}

/** All text printed to a stream. */
export function printed(exchange: Exchange, name = "stdout"): string {
  return contents(exchange, "stream")
    .filter((content) => content["name"] === name)
    .map((content) => String(content["text"]))
    .join("");
}
