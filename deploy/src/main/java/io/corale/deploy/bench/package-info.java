/** Benchmarks of real processes on this machine, each beside its floor. */
@org.jspecify.annotations.NullMarked
package io.corale.deploy.bench;
