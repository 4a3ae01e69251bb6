import { writeFileSync } from "node:fs";
import { stream } from "../../../src/base/random.js";

type Value = number | string | readonly string[] | readonly number[];
type Kind = "u32" | "f32" | "text" | "texts" | "f32s" | "i32s";

const width = 32;
const hidden = 64;

/**
 * A language model of one layer with random weights in the GGUF format (version 3, all f32): a llama that
 * reads and writes bytes, half a megabyte. It knows nothing, which is what tests of grammars want.
 */
export function writeTinyModel(path: string, seed = 1): void {
  const tokens = ["<unk>", "<s>", "</s>", ...Array.from({ length: 256 }, (_, i) => byteToken(i))];
  const facts: [string, Kind, Value][] = [
    ["general.architecture", "text", "llama"],
    ["general.name", "text", "tiny"],
    ["llama.context_length", "u32", 4096],
    ["llama.embedding_length", "u32", width],
    ["llama.block_count", "u32", 1],
    ["llama.feed_forward_length", "u32", hidden],
    ["llama.attention.head_count", "u32", 2],
    ["llama.attention.head_count_kv", "u32", 2],
    ["llama.attention.layer_norm_rms_epsilon", "f32", 1e-5],
    ["llama.rope.dimension_count", "u32", width / 2],
    ["llama.vocab_size", "u32", tokens.length],
    ["general.file_type", "u32", 0],
    ["tokenizer.ggml.model", "text", "llama"],
    ["tokenizer.ggml.tokens", "texts", tokens],
    ["tokenizer.ggml.scores", "f32s", tokens.map(() => 0)],
    ["tokenizer.ggml.token_type", "i32s", tokens.map((_, i) => (i === 0 ? 2 : i < 3 ? 3 : 6))],
    ["tokenizer.ggml.unknown_token_id", "u32", 0],
    ["tokenizer.ggml.bos_token_id", "u32", 1],
    ["tokenizer.ggml.eos_token_id", "u32", 2],
  ];
  const tensors: [string, readonly number[]][] = [
    ["token_embd.weight", [width, tokens.length]],
    ["output_norm.weight", [width]],
    ["output.weight", [width, tokens.length]],
    ["blk.0.attn_norm.weight", [width]],
    ["blk.0.attn_q.weight", [width, width]],
    ["blk.0.attn_k.weight", [width, width]],
    ["blk.0.attn_v.weight", [width, width]],
    ["blk.0.attn_output.weight", [width, width]],
    ["blk.0.ffn_norm.weight", [width]],
    ["blk.0.ffn_gate.weight", [width, hidden]],
    ["blk.0.ffn_up.weight", [width, hidden]],
    ["blk.0.ffn_down.weight", [hidden, width]],
  ];
  const head: Buffer[] = [
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(facts.length),
    ...facts.flatMap(([key, kind, value]) => [text(key), ...factOf(kind, value)]),
  ];
  let offset = 0;
  for (const [name, shape] of tensors) {
    head.push(text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset));
    offset += padded(4 * sizeOf(shape));
  }
  const before = Buffer.concat(head);
  const random = stream(seed, "tiny model");
  const data = tensors.map(([name, shape]) => {
    const bytes = Buffer.alloc(padded(4 * sizeOf(shape)));
    for (let i = 0; i < sizeOf(shape); i++) {
      bytes.writeFloatLE(name.includes("norm") ? 1 : random.normal() / 4, 4 * i);
    }
    return bytes;
  });
  const gap = Buffer.alloc(padded(before.length) - before.length);
  writeFileSync(path, Buffer.concat([before, gap, ...data]));
}

const byteToken = (byte: number): string =>
  `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const padded = (bytes: number): number => Math.ceil(bytes / 32) * 32;

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

/** A metadata value after its type: 4 u32, 5 i32, 6 f32, 8 string, 9 array. */
function factOf(kind: Kind, value: Value): Buffer[] {
  switch (kind) {
    case "u32":
      return [u32(4), u32(value as number)];
    case "f32":
      return [u32(6), f32(value as number)];
    case "text":
      return [u32(8), text(value as string)];
    case "texts": {
      const list = value as readonly string[];
      return [u32(9), u32(8), u64(list.length), ...list.map(text)];
    }
    case "f32s": {
      const list = value as readonly number[];
      return [u32(9), u32(6), u64(list.length), ...list.map(f32)];
    }
    case "i32s": {
      const list = value as readonly number[];
      return [u32(9), u32(5), u64(list.length), ...list.map(u32)];
    }
  }
}
