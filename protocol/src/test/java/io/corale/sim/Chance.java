package io.corale.sim;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The chance of one simulation, split per concern by name: a concern that draws more, or a new one,
 * leaves what the others draw as it was, so that old seeds stay telling.
 */
public record Chance(long seed) {
  private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
      RandomGeneratorFactory.of("L64X128MixRandom");

  /** The generator of one concern; asked for twice, it begins anew. */
  public RandomGenerator of(String concern) {
    long mixed = Fnv.hash(Fnv.hash(Fnv.START, seed), concern.getBytes(StandardCharsets.UTF_8));
    return FACTORY.create(mixed);
  }
}
