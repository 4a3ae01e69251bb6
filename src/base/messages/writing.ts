import { error } from "./message.js";

const AGAIN = `Answers that had arrived are kept in \`.parable/written\` beside the spec or notebook: run again, and
only what is missing is asked.`;

/** Messages P147x: what a writer can't do, or won't. */
export const writing = {
  P1470: error<{ column: string; writer: string; refused: number; rows: number; reason: string }>(
    ({ column, writer, refused, rows, reason }) =>
      `${writer} has no answer for ${column} that could stand in ${refused.toLocaleString("en-US")} of ${rows.toLocaleString("en-US")} rows: ${reason}`,
    `Each answer is judged against the column's type and the table's rules, and asked for again with the
reason, up to three times. Nothing is rounded, cut or guessed, so what never fitted is in no row.

Let the column be \`or missing\` (what is refused is then missing, and counted), make the prompt plainer,
loosen the type or the rule, or ask another model or with another seed. ${AGAIN}`,
  ),
  P1471: error<{ writer: string; where: string; reason: string; tries: number }>(
    ({ writer, where, reason, tries }) =>
      `${writer} at ${where} did not answer in ${tries} ${tries === 1 ? "try" : "tries"}: ${reason}`,
    `A request that meets a busy server (429), a fault of it (5xx), silence, a broken connection or an
unreadable body is sent again, later and later, and after as long as the server asks for
(\`Retry-After\`). This one never came through. Is the server up, and the address right? One that is busy
(429) has less to do where the writer asks fewer questions at once: \`parallel 1\`.

${AGAIN}`,
    "see that the server is up and the address right (if it is busy: `parallel 1`); what was answered is kept, so run it again",
  ),
  P1472: error<{
    writer: string;
    where: string;
    keyName: string;
    given: boolean;
    reason: string;
  }>(
    ({ writer, where, keyName, given, reason }) =>
      given
        ? `${where} refuses the key of ${writer} (${keyName}): ${reason}`
        : `${where} wants a key of ${writer}: put it into the environment as ${keyName}`,
    `Keys are never part of a spec. They are read from the environment: \`PARABLE_KEY_\` and the writer's name
in capitals, and for api.openai.com also \`OPENAI_API_KEY\`. In a notebook:
\`process.env.PARABLE_KEY_GEMMA = "…"\` before the spec, better in the shell that starts Jupyter.`,
    "put the key into the environment before the spec runs",
  ),
  P1473: error<{ writer: string; where: string; model: string; reason: string }>(
    ({ writer, where, model, reason }) =>
      `${where} refuses what ${writer} asks of ${model}: ${reason}`,
    `The server understood the request and won't carry it out: an unknown model, a wrong path (most base
addresses end in \`/v1\`), a prompt that is too long. Asking again would not help.

${AGAIN}`,
    "check the model's name and the address (most end in `/v1`)",
  ),
  P1478: error<{ writer: string; where: string; reason: string }>(
    ({ writer, where, reason }) =>
      `${where} answers ${writer} no more, for want of money: ${reason}`,
    `The account behind the key has used up what was paid or allowed for it. Asking again would not help.

${AGAIN}`,
    "top up the account or its limit, then run again: what was answered is kept",
  ),
  P1474: error<{ writer: string; file: string; reason: string }>(
    ({ writer, file, reason }) => `${writer} can't use ${file}: ${reason}`,
    `\`llama "file.gguf"\` runs a language model on this machine, in this process. It needs a model file in
GGUF format and the package node-llama-cpp, which Parable doesn't bring along because it is large:
\`npm install node-llama-cpp\` in the folder of the notebook or next to Parable.`,
    "name a GGUF file, and install node-llama-cpp beside Parable",
  ),
  P1475: error<{ path: string; reason: string }>(
    ({ path, reason }) => `what a writer was asked can't be noted in ${path}: ${reason}`,
    `Answers are kept beside the spec so that none is paid for twice, and what leaves the machine is noted
before it is sent. Where that fails nothing is asked. Free some space or make the folder writable.`,
    "free some space or make the folder writable",
  ),
  P1477: error<{ writer: string }>(
    ({ writer }) => `${writer} does not tell how likely its answers are, so it can't be a prior`,
    `\`with prior\` needs the probabilities of the writer's first word (\`logprobs\`). OpenAI, vLLM, llama.cpp's
server and LM Studio tell them for most models, the \`llama\` writer for all; others leave them out.`,
    "ask another writer, or leave out `with prior`",
  ),
  P1476: error<{ output: string; writer: string; rows: number; reason: string }>(
    ({ output, writer, rows, reason }) =>
      `${writer} wrote none of the ${rows.toLocaleString("en-US")} rows of ${output} that could stand: ${reason}`,
    `Each row is judged against the types, the rules and \`given\`, and asked for again with the reason. Make
the prompt plainer, loosen the rules, or ask a larger model. ${AGAIN}`,
    "make the prompt plainer, loosen the rules, or ask a larger model",
  ),
} as const;
