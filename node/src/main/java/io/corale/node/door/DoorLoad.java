package io.corale.node.door;

/**
 * What a door holds, and what has passed it since it was opened.
 *
 * @param openRequests taken and not yet answered
 * @param shedRequests turned away because it was full or leaving; connections likewise
 */
public record DoorLoad(
    int connections,
    int openRequests,
    long shedRequests,
    long shedConnections,
    long receivedBytes,
    long sentBytes) {}
