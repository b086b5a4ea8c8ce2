package io.corale.planted.chicken;

import io.corale.planted.hatch.Egg;

/** Public, so that the egg can know it. */
public record Hen(Egg laid) {}
