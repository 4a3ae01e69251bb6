import type { ILookaheadStrategy } from "chevrotain";
import { chevrotain } from "./chevrotain.js";

type Among = ReturnType<ILookaheadStrategy["buildLookaheadForAlternation"]>;
type Whether = ReturnType<ILookaheadStrategy["buildLookaheadForOptional"]>;
type OrOptions = Parameters<ILookaheadStrategy["buildLookaheadForAlternation"]>[0];
type OptionalOptions = Parameters<ILookaheadStrategy["buildLookaheadForOptional"]>[0];

/**
 * Looks one token ahead, as Chevrotain's own strategy does, but works out what a decision depends on
 * when it is first met: a spec meets a fraction of the grammar's decisions, and the rest cost as much as
 * reading a hundred lines.
 */
export class LazyLookahead extends chevrotain.LLkLookaheadStrategy {
  override buildLookaheadForAlternation(options: OrOptions): Among {
    const build = (): Among => super.buildLookaheadForAlternation(options);
    let decide: Among | undefined;
    return function decided(this: ThisParameterType<Among>, alternatives) {
      decide ??= build();
      return decide.call(this, alternatives);
    };
  }

  override buildLookaheadForOptional(options: OptionalOptions): Whether {
    const build = (): Whether => super.buildLookaheadForOptional(options);
    let decide: Whether | undefined;
    return function decided(this: ThisParameterType<Whether>) {
      decide ??= build();
      return decide.call(this);
    };
  }
}
