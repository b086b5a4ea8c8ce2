package io.corale.scheduler;

/** Which of the superpeer's two queues a command waits in: results go before new work. */
public enum Urgency {
  /** Ends something that holds a slot or a person's patience: outcomes, cancels, proofs. */
  RESULT,
  /** Begins something. */
  NEW
}
