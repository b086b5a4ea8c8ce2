/** Where requests of clients and other nodes come in, and who may make them. */
@org.jspecify.annotations.NullMarked
package io.corale.node.door;
