/** The translations between the scheduler's values and their wire types. */
@org.jspecify.annotations.NullMarked
package io.corale.scheduler.wire;
