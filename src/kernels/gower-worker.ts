// The thread side of gower-pool: looks up queries until none is left.
import { workerData } from "node:worker_threads";
import { NearestSearch } from "./gower.js";
import { lookUp, type SearchTask } from "./gower-pool.js";

const task = workerData as SearchTask;
lookUp(new NearestSearch(task.queries, task.reference), task, Number.POSITIVE_INFINITY);
