package io.corale.scheduler;

import java.util.Collections;
import java.util.List;

/**
 * What an earlier executor answers to an {@link Inquiry}. It stays true for ever, however late it
 * comes, and whoever leads by then: who answers has fenced itself before it looked (rule 11).
 */
public sealed interface Inventory {
  /** One finding for each attempt, in the order in which they were asked about. */
  record Taken(List<Finding> findings) implements Inventory {
    public Taken {
      findings = List.copyOf(findings);
    }

    /** Nothing is known here of any of them. */
    public static Inventory ofNothing(Inquiry inquiry) {
      return new Taken(Collections.nCopies(inquiry.orphans().size(), new Finding.Forgotten()));
    }
  }

  /** The process that was to send them is gone: what it has sent, nobody can say. */
  record AnotherLife() implements Inventory {}

  /** What is known of one attempt. */
  sealed interface Finding {
    /** It has not left, and never will. */
    record Unsent() implements Finding {}

    /** It may have left; its outcome is awaited, and will be delivered. */
    record Running() implements Finding {}

    /** It has ended so, or certainly never left. */
    record Ended(Command.Settle settle) implements Finding {}

    /** It may have left, and nothing else is known of it any more. */
    record Forgotten() implements Finding {}
  }
}
