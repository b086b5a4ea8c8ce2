/** The one command line that assembles all subcommands. */
@org.jspecify.annotations.NullMarked
package io.corale.deploy;
