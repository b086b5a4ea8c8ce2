/** How attempts show far sides who sends them. */
@org.jspecify.annotations.NullMarked
package io.corale.node.outward.proof;
