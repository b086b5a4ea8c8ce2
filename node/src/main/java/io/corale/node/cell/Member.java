package io.corale.node.cell;

import io.corale.model.Incarnation;

/**
 * A member of a cell's group as it was chosen at its birth.
 *
 * @param incarnation the life of the node that may create the replica (rule 2)
 * @param raftPeer its Ratis peer id, {@code <dns-name>_<port>}
 * @param raftAddress {@code <dns-name>:<port>}
 * @param doorAddress where it takes requests
 */
public record Member(
    Incarnation incarnation, String raftPeer, String raftAddress, String doorAddress) {}
