/**
 * A cluster of real processes on this machine, for the demo, fault scripts, benchmarks and tests.
 */
@org.jspecify.annotations.NullMarked
package io.corale.deploy.cluster;
