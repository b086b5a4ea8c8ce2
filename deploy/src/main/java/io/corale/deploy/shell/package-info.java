/** The shell of Ratis for groups whose Raft ports speak TLS. */
@org.jspecify.annotations.NullMarked
package io.corale.deploy.shell;
