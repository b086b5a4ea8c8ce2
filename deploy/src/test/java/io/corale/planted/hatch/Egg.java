package io.corale.planted.hatch;

import io.corale.planted.chicken.Hen;

/** Public, so that the hen can know it. */
public record Egg(Hen hatched) {}
