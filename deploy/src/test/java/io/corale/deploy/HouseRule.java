package io.corale.deploy;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/**
 * A rule of the house with the classes under {@code io.corale.planted} that were planted to break
 * it: a rule that nothing can break protects nothing.
 *
 * @param planted simple names that its report must contain, each for one way to break it
 */
record HouseRule(String name, ArchRule rule, List<String> planted) {
  @Override
  public String toString() {
    return name;
  }
}
