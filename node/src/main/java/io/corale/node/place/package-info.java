/** Decides where replicas of cells should be: values to values. */
@org.jspecify.annotations.NullMarked
package io.corale.node.place;
