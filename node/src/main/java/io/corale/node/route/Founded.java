package io.corale.node.route;

import io.corale.model.Refusal;
import io.corale.node.registry.Birth;

/** What the birth record says of a cell that nobody was found to serve. */
sealed interface Founded {
  /** It has, or gets, a superpeer among these members: look again. */
  record Somewhere(Birth birth) implements Founded {}

  /** There will be nobody. */
  record Never(Refusal refusal) implements Founded {}
}
