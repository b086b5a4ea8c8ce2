/** Breaks the rules of the hallway on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.node.route;
