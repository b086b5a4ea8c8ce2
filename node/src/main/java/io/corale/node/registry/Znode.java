package io.corale.node.registry;

import com.google.protobuf.ByteString;

/**
 * What stands at a path of ZooKeeper.
 *
 * @param version counts the changes of its content
 * @param children how many nodes hang below it
 */
record Znode(ByteString content, int version, int children) {}
