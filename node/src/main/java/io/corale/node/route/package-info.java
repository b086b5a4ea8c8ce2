/** The way of a request from the door to the superpeer that answers it. */
@org.jspecify.annotations.NullMarked
package io.corale.node.route;
