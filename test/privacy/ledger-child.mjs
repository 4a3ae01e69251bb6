// Run by ledger.test.ts in a process of its own: node ledger-child.mjs MODULE FOLDER CHARGES [RHO]
// Prints the number of each charge when the ledger has acknowledged it.
import { writeSync } from "node:fs";

const [, , distribution, folder, charges, epsilon = "1"] = process.argv;
const { Ledger } = await import(`${distribution}/privacy/ledger.js`);
const { Account } = await import(`${distribution}/privacy/account.js`);
const account = new Account({
  ledger: new Ledger(folder),
  plan: "plan",
  data: { source: "test", fingerprint: "0" },
  unit: "each row",
  epsilon: Number(epsilon),
  delta: 1e-6,
  run: "shared",
});
const event = { kind: "gaussian", sigma2: "100000/1", sensitivity2: "1/1" };
for (let i = 0; i < Number(charges); i++) {
  try {
    const entry = account.spend({
      what: "a count",
      event,
      contributions: 1,
      parts: [],
      seeded: false,
    });
    writeSync(1, `${entry.number}\n`);
  } catch (error) {
    writeSync(1, `${error.code}\n`);
    process.exit(0);
  }
}
