package io.corale.scheduler;

import io.corale.model.Payload;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The children of a branch that are not joined: a chain from the last to its elders.
 *
 * @param last the child opened last, {@link Branch#NONE} where there are none
 * @param open how many of them have not ended
 * @param isRace whether the first that ends, ends all others
 * @param spread the list that they are opened for, where there is one
 */
public record Children(int last, int open, boolean isRace, Optional<Spread> spread) {
  static final Children NONE = new Children(Branch.NONE, 0, false, Optional.empty());

  Children and(int child) {
    return new Children(child, open + 1, isRace, spread);
  }

  Children racing() {
    return new Children(last, open, true, spread);
  }

  Children spreading(Spread spread) {
    return new Children(last, open, isRace, Optional.of(spread));
  }

  Children replacing(UnaryOperator<Payload> others) {
    return new Children(last, open, isRace, spread.map(list -> list.replacing(others)));
  }

  /** One of them has ended with an output of so many bytes. */
  Children withOneEnded(int outputBytes) {
    return new Children(last, open - 1, isRace, spread.map(list -> list.withOutputOf(outputBytes)));
  }
}
