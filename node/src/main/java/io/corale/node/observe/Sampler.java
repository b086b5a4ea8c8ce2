package io.corale.node.observe;

/** Reads what some part of the node knows anyway, once for each scrape; must not wait for long. */
@FunctionalInterface
interface Sampler {
  /** Adds what it reads. */
  void sample(Readings readings);
}
