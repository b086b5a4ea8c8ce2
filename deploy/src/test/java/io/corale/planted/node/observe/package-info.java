/** Is known to those who are watched, on purpose. */
@org.jspecify.annotations.NullMarked
package io.corale.planted.node.observe;
