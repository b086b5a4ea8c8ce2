package io.corale.gossip;

/** The parts of one core that several others of its parts use. */
record Shared(
    Habits habits,
    Members members,
    LocalHealth health,
    Outbox outbox,
    Liveness liveness,
    RoundTrips roundTrips,
    Talker talker) {}
