/** A process's own directory on disk: locked, versioned, synced. */
@org.jspecify.annotations.NullMarked
package io.corale.node.disk;
