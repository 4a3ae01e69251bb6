// Made by scripts/words.mjs from grammar/words.ts.
export const leading = new Set(["budget","correlate","expect","fairness","forbid","generate","keep","learn","may","outcome","param","partition","privacy","protect","rebalance","report","require","show","source","spec","spend","sweep","table","unique","when","writer"]);
export const joining = new Set(["across","and","each","false","from","given","in","is","learned","missing","not","of","or","per","present","seed","then","true","with","written"]);
export const naming = new Set(["bool","category","date","datetime","duration","id","int","money","place","real","ref","text"]);
