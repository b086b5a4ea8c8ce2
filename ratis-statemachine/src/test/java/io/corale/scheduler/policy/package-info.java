/** Orders of dispatch compared: {@code deploy/bench/run policy}. */
@NullMarked
package io.corale.scheduler.policy;

import org.jspecify.annotations.NullMarked;
