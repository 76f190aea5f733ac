/** Whether a run's input has to stay readable: only where its definition may ask the context object for it, since it is as large as data may be. */
import type { StateMachine } from '@baton/workflow';

/** The context object as a whole, or a part of it that is not known to be another. */
const MAY_ASK = /\$\$(?!\.(?:State|StateMachine|Map|Task)\b)|\$states(?!\.(?:input|result|errorOutput)\b)(?!\.context\.(?:State|StateMachine|Map|Task)\b)/;

const known = new WeakMap<StateMachine, boolean>();

export function mayAskForInput(machine: StateMachine): boolean {
  let asks = known.get(machine);
  if (asks === undefined) {
    asks = MAY_ASK.test(JSON.stringify(machine));
    known.set(machine, asks);
  }
  return asks;
}
