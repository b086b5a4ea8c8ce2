package io.corale.client.wfformat;

import io.corale.model.AccountId;
import io.corale.model.CompositionRef;

/**
 * What the composition shall be.
 *
 * @param ref its name and version
 * @param account whose provider pretends to run the programs
 * @param timeScale by which recorded durations are multiplied
 */
public record ImportOptions(CompositionRef ref, AccountId account, double timeScale) {
  public ImportOptions {
    if (!(timeScale > 0 && timeScale <= 1_000)) {
      throw new IllegalArgumentException(
          "the time scale must be above 0 and at most 1000, was " + timeScale);
    }
  }
}
