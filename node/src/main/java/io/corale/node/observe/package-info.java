/** What an operator can see of a running node: numbers and health. */
@org.jspecify.annotations.NullMarked
package io.corale.node.observe;
