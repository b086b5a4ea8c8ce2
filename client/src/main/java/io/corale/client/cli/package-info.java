/** The {@code corale} commands that talk to a cluster. */
@org.jspecify.annotations.NullMarked
package io.corale.client.cli;
