package io.corale.node.door;

/**
 * What a door holds, and what has passed it since it was opened.
 *
 * @param openRequests taken and not yet answered
 * @param shedRequests turned away because it was full or leaving; connections likewise
 * @param slowedConnections how often one was not read for a while, as it had caused more than its
 *     share of refusals
 */
public record DoorLoad(
    int connections,
    int openRequests,
    long shedRequests,
    long shedConnections,
    long slowedConnections,
    long receivedBytes,
    long sentBytes) {}
