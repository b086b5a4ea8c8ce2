package io.corale.node.registry;

import io.corale.model.Incarnation;

/**
 * A node that holds a replica from the birth of a group on.
 *
 * @param raftPeer its Ratis peer id, {@code <dns-name>_<port>}
 * @param raftAddress {@code <dns-name>:<port>}
 * @param doorAddress {@code host:port} where it takes requests
 */
public record BornMember(
    Incarnation incarnation, String raftPeer, String raftAddress, String doorAddress) {}
