/** What the cluster has agreed on outside of any cell, kept in ZooKeeper. */
@org.jspecify.annotations.NullMarked
package io.corale.node.registry;
