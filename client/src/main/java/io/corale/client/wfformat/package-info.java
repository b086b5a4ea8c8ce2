/** Turns a recorded WfCommons workflow into a composition that repeats its shape and durations. */
@org.jspecify.annotations.NullMarked
package io.corale.client.wfformat;
