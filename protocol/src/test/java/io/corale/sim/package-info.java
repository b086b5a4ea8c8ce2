/**
 * The simulation kit: seeded time, chance, network and log, in which whole clusters run at once.
 */
@org.jspecify.annotations.NullMarked
package io.corale.sim;
