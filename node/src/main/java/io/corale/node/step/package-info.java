/** What carries an invocation from one call to the next on its superpeer, off the log. */
@org.jspecify.annotations.NullMarked
package io.corale.node.step;
