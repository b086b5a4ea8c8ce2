package io.corale.scheduler;

import io.corale.model.Event;

/**
 * An event that waits to be heard.
 *
 * @param sequence unique in the cell; the same for all who hear it
 * @param depth how many invocations are above one that it begins; 0 where it comes from outside
 */
public record Mail(long sequence, Event event, int depth) {
  /** From outside. */
  static Mail of(long sequence, Event event) {
    return new Mail(sequence, event, 0);
  }
}
